import { auditColumns } from '../audit-columns.ts';
import { duplicateKey, nameTwin } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Groups of users and of other groups. */
export const groups: TablePlan = {
  table: 'groups',
  source: 'authorization_db',
  sourceTable: 'group',
  from: 'group',
  key: [{ column: 'id', from: 'id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'id', cast: 'bigint', required: true },
    { name: 'name', from: 'name', cast: 'text', required: true, exact: true },
    { name: 'description', from: 'description', cast: 'text' },
    { name: 'private_group', from: 'private_group', cast: 'flag', required: true },
    { name: 'self_register', from: 'self_register', cast: 'flag', required: true },
    ...auditColumns,
  ],
  rules: [duplicateKey(['id'], 'updated_at DESC NULLS LAST, id'), nameTwin('name')],
};
