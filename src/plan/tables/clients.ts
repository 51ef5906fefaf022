import { auditColumns } from '../audit-columns.ts';
import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Applications that ask for tokens. */
export const clients: TablePlan = {
  table: 'clients',
  source: 'authorization_db',
  sourceTable: 'client',
  from: 'client',
  key: [{ column: 'id', from: 'id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'id', cast: 'bigint', required: true },
    { name: 'client_id', from: 'client_id', cast: 'text', required: true, exact: true },
    { name: 'name', from: 'name', cast: 'text', required: true },
    { name: 'redirect_uri', from: 'redirect_uri', cast: 'text' },
    { name: 'secret', from: 'secret', cast: 'text', secret: true, exact: true },
    ...auditColumns,
  ],
  rules: [duplicateKey(['id'], 'updated_at DESC NULLS LAST, id'), duplicateKey(['client_id'], 'updated_at DESC NULLS LAST, id')],
};
