import { duplicateKey, orphanReference } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Addresses, with or without a user. */
export const emails: TablePlan = {
  table: 'emails',
  source: 'common_oltp',
  sourceTable: 'email',
  from: '{email} e',
  key: [{ column: 'email_id', from: 'e.email_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'e.email_id', cast: 'bigint', required: true },
    { name: 'address', from: 'e.address', cast: 'text' },
    { name: 'type_id', from: 'e.email_type_id', cast: 'bigint' },
    { name: 'status_id', from: 'e.status_id', cast: 'bigint' },
    { name: 'created_at', from: 'e.create_date', cast: 'utc' },
    { name: 'updated_at', from: 'e.modify_date', cast: 'utc' },
  ],
  rules: [
    orphanReference('type_id', 'email_types'),
    orphanReference('status_id', 'email_statuses'),
    duplicateKey(['id'], 'updated_at DESC NULLS LAST, id'),
  ],
};
