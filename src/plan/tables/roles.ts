import { auditColumns } from '../audit-columns.ts';
import { duplicateKey, nameTwin } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Roles; assignments point at their ids, which survive. */
export const roles: TablePlan = {
  table: 'roles',
  source: 'authorization_db',
  sourceTable: 'role',
  from: 'role',
  key: [{ column: 'id', from: 'id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'id', cast: 'bigint', required: true },
    { name: 'name', from: 'name', cast: 'text', required: true, exact: true },
    ...auditColumns,
  ],
  rules: [duplicateKey(['id'], 'updated_at DESC NULLS LAST, id'), nameTwin('name')],
};
