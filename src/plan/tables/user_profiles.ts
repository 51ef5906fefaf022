import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** SQL null where the user has no address; the keys keep the source's column names. `char(n)` gives up its padding. */
const METADATA = `CASE WHEN a.address_id IS NOT NULL THEN jsonb_build_object('address', jsonb_strip_nulls(jsonb_build_object(
        'address1', a.address1, 'address2', a.address2, 'address3', a.address3, 'city', a.city, 'state_code', a.state_code::text,
        'province', a.province, 'zip', a.zip, 'country_code', a.country_code::text))) END`;

/** Users whose contact has a title, or who have an address: the contact is the one that gives `users.organization_id`. */
export const userProfiles: TablePlan = {
  table: 'user_profiles',
  source: 'common_oltp',
  sourceTable: 'user',
  key: [{ column: 'user_id', from: 'u.user_id', type: 'numeric', target: 'user_id' }],
  keyFrom: '{user} u',
  from: `{user} u
    LEFT JOIN (
      SELECT DISTINCT ON (s.contact_id) s.contact_id, s.title FROM {contact} s
      WHERE {range:s.contact_id} ORDER BY s.contact_id, s.modify_date DESC NULLS LAST, s.company_id, s.title
    ) c ON c.contact_id = u.user_id
    LEFT JOIN (
      SELECT DISTINCT ON (x.user_id) x.user_id, s.* FROM (SELECT x.user_id, x.address_id FROM {user_address_xref} x WHERE {range:x.user_id}) x
      JOIN {address} s ON s.address_id = x.address_id ORDER BY x.user_id, x.address_id
    ) a ON a.user_id = u.user_id`,
  where: "c.title <> '' OR a.address_id IS NOT NULL",
  columns: [
    { name: 'user_id', from: 'u.user_id', cast: 'bigint', required: true },
    { name: 'job_title', from: 'c.title', cast: 'text' },
    { name: 'metadata', from: METADATA, cast: 'jsonb' },
    { name: '_modified_at', from: 'u.modify_date', cast: 'utc', carry: true },
  ],
  rules: [orphan('user_id', 'users'), duplicateKey(['user_id'], '_modified_at DESC NULLS LAST, user_id')],
  notCarried: [
    {
      source: 'address',
      sql: `SELECT (SELECT count(*) FROM {address} s) - (SELECT count(DISTINCT used.address_id) FROM (
        SELECT DISTINCT ON (x.user_id) x.address_id FROM {user_address_xref} x
        JOIN {user} u ON u.user_id = x.user_id JOIN {address} s ON s.address_id = x.address_id ORDER BY x.user_id, x.address_id
      ) used) AS n`,
    },
  ],
};
