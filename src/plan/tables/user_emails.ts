import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Whose address it is, and which is the user's primary one. */
export const userEmails: TablePlan = {
  table: 'user_emails',
  source: 'common_oltp',
  sourceTable: 'email',
  from: '{email} e',
  key: [{ column: 'email_id', from: 'e.email_id', type: 'numeric', target: 'email_id' }],
  columns: [
    { name: 'user_id', from: 'e.user_id', cast: 'bigint', required: true },
    { name: 'email_id', from: 'e.email_id', cast: 'bigint', required: true },
    { name: 'is_primary', from: 'coalesce(e.primary_ind = 1, false)', cast: 'boolean' },
    { name: '_status_id', from: 'e.status_id', cast: 'numeric', carry: true },
    { name: '_modified_at', from: 'e.modify_date', cast: 'utc', carry: true },
  ],
  rules: [
    orphan('user_id', 'users'),
    orphan('email_id', 'emails'),
    duplicateKey(['user_id', 'email_id'], '_modified_at DESC NULLS LAST, email_id'),
    {
      kind: 'clear_twin',
      reason: 'primary_twin',
      column: 'is_primary',
      set: 'false',
      by: 'user_id',
      where: 'is_primary',
      keep: '(_status_id = 1) DESC NULLS LAST, email_id',
    },
  ],
};
