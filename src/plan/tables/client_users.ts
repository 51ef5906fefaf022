import { auditColumns } from '../audit-columns.ts';
import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Which user may use which client, and for what. */
export const clientUsers: TablePlan = {
  table: 'client_users',
  source: 'authorization_db',
  sourceTable: 'client_user',
  from: 'client_user',
  key: [{ column: 'id', from: 'id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'id', cast: 'bigint', required: true },
    { name: 'client_id', from: 'client_id', cast: 'bigint', required: true },
    { name: 'user_id', from: 'user_id', cast: 'bigint', required: true },
    { name: 'scope', from: 'scope', cast: 'text' },
    ...auditColumns,
  ],
  rules: [
    orphan('client_id', 'clients'),
    orphan('user_id', 'users'),
    duplicateKey(['id'], 'updated_at DESC NULLS LAST, id'),
    duplicateKey(['client_id', 'user_id'], 'updated_at DESC NULLS LAST, id'),
  ],
};
