import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** What a user status is about. */
export const userStatusTypes: TablePlan = {
  table: 'user_status_types',
  source: 'common_oltp',
  sourceTable: 'user_status_type_lu',
  from: '{user_status_type_lu} s',
  key: [{ column: 'user_status_type_id', from: 's.user_status_type_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.user_status_type_id', cast: 'bigint', required: true },
    { name: 'name', from: 's.description', cast: 'text' },
  ],
  rules: [duplicateKey(['id'], 'id')],
};
