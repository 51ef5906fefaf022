import { duplicateKey, orphan, orphanReference } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Codes sent by e-mail, as history: the code itself is not carried. The method is the user's `email` one, where there is one. */
export const mfaChallenges: TablePlan = {
  table: 'mfa_challenges',
  source: 'common_oltp',
  sourceTable: 'user_otp_email',
  countFrom: '{user_otp_email} o',
  from: `{user_otp_email} o
    LEFT JOIN (SELECT DISTINCT f.user_id FROM {user_2fa} f WHERE f.mfa_enabled) m ON m.user_id = o.user_id`,
  key: [{ column: 'id', from: 'o.id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'o.id', cast: 'bigint', required: true },
    { name: 'user_id', from: 'o.user_id', cast: 'bigint', required: true },
    { name: 'mfa_method_id', from: 'm.user_id::numeric * 2', cast: 'bigint' },
    { name: 'challenge_type', from: "'email'", cast: 'text' },
    { name: 'expires_at', from: 'o.expire_at', cast: 'utc' },
    { name: 'attempts', from: 'o.fail_count', cast: 'integer', required: true },
    { name: 'is_used', from: 'true', cast: 'boolean' },
  ],
  rules: [orphan('user_id', 'users'), orphanReference('mfa_method_id', 'mfa_methods'), duplicateKey(['id'], 'id')],
};
