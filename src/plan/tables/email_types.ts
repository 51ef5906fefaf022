import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Kinds of address. Seeded where the source has none. */
export const emailTypes: TablePlan = {
  table: 'email_types',
  source: 'common_oltp',
  sourceTable: 'email_type_lu',
  from: `(
    SELECT l.email_type_id, l.email_type_desc, l.modify_date FROM {email_type_lu} l
    UNION ALL
    SELECT v.* FROM (
      VALUES (1, 'Primary', NULL::timestamp), (2, 'Secondary', NULL::timestamp), (3, 'Work', NULL::timestamp)
    ) v (email_type_id, email_type_desc, modify_date)
    WHERE NOT EXISTS (SELECT FROM {email_type_lu} l)
  ) s`,
  key: [{ column: 'email_type_id', from: 's.email_type_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.email_type_id', cast: 'bigint', required: true },
    { name: 'name', from: 's.email_type_desc', cast: 'text' },
    { name: '_modified_at', from: 's.modify_date', cast: 'utc', carry: true },
  ],
  rules: [duplicateKey(['id'], '_modified_at DESC NULLS LAST, id')],
};
