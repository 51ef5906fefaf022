import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Requests to reset a password, as history: the key is not carried, and none can be used any more. */
export const passwordResets: TablePlan = {
  table: 'password_resets',
  source: 'common_oltp',
  sourceTable: 'password_recovery',
  from: '{password_recovery} r',
  key: [{ column: 'password_recovery_id', from: 'r.password_recovery_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'r.password_recovery_id', cast: 'bigint', required: true },
    { name: 'user_id', from: 'r.user_id', cast: 'bigint', required: true },
    { name: 'expires_at', from: 'r.expire_date', cast: 'utc' },
    { name: 'is_used', from: 'true', cast: 'boolean' },
  ],
  rules: [orphan('user_id', 'users'), duplicateKey(['id'], 'id')],
};
