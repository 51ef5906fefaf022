import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** What a user status can be. */
export const userStatusValues: TablePlan = {
  table: 'user_status_values',
  source: 'common_oltp',
  sourceTable: 'user_status_lu',
  from: '{user_status_lu} s',
  key: [{ column: 'user_status_id', from: 's.user_status_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.user_status_id', cast: 'bigint', required: true },
    { name: 'name', from: 's.description', cast: 'text' },
  ],
  rules: [duplicateKey(['id'], 'id')],
};
