import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** States of an address. Seeded where the source has none. */
export const emailStatuses: TablePlan = {
  table: 'email_statuses',
  source: 'common_oltp',
  sourceTable: 'email_status_lu',
  from: `(
    SELECT l.status_id, l.status_desc, l.modify_date FROM {email_status_lu} l
    UNION ALL
    SELECT v.* FROM (
      VALUES (1, 'Active', NULL::timestamp), (2, 'Inactive', NULL::timestamp), (3, 'Bounced', NULL::timestamp)
    ) v (status_id, status_desc, modify_date)
    WHERE NOT EXISTS (SELECT FROM {email_status_lu} l)
  ) s`,
  key: [{ column: 'status_id', from: 's.status_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.status_id', cast: 'bigint', required: true },
    { name: 'name', from: 's.status_desc', cast: 'text' },
    { name: '_modified_at', from: 's.modify_date', cast: 'utc', carry: true },
  ],
  rules: [duplicateKey(['id'], '_modified_at DESC NULLS LAST, id')],
};
