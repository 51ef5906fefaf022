import { duplicateKey, orphan, orphanReference } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Further statuses of a user, one per type. */
export const userStatuses: TablePlan = {
  table: 'user_statuses',
  source: 'common_oltp',
  sourceTable: 'user_status',
  from: '{user_status} s',
  key: [
    { column: 'user_id', from: 's.user_id', type: 'numeric', target: 'user_id' },
    { column: 'user_status_type_id', from: 's.user_status_type_id', type: 'numeric', target: 'type_id' },
  ],
  columns: [
    { name: 'user_id', from: 's.user_id', cast: 'bigint', required: true },
    { name: 'type_id', from: 's.user_status_type_id', cast: 'bigint', required: true },
    { name: 'value_id', from: 's.user_status_id', cast: 'bigint' },
  ],
  rules: [
    orphan('user_id', 'users'),
    orphan('type_id', 'user_status_types'),
    orphanReference('value_id', 'user_status_values'),
    duplicateKey(['user_id', 'type_id'], 'value_id'),
  ],
};
