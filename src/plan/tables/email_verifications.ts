import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Requests to change an address, as history: the code is not carried. */
export const emailVerifications: TablePlan = {
  table: 'email_verifications',
  source: 'common_oltp',
  sourceTable: 'email_request',
  from: '{email_request} r',
  key: [{ column: 'request_id', from: 'r.request_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'r.request_id', cast: 'bigint', required: true },
    { name: 'user_id', from: 'r.user_id', cast: 'bigint', required: true },
    { name: 'email', from: 'r.email', cast: 'text', required: true },
    { name: 'verification_type', from: "'change'", cast: 'text' },
    { name: 'expires_at', from: 'r.expired_at', cast: 'utc' },
    { name: 'is_verified', from: 'false', cast: 'boolean' },
  ],
  rules: [orphan('user_id', 'users'), duplicateKey(['id'], 'id')],
};
