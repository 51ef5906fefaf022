import { duplicateKey, orphanReference } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** One row per legacy user, from five sources. Side sources are picked per user before the join, so that no user is doubled. */
export const users: TablePlan = {
  table: 'users',
  source: 'common_oltp',
  sourceTable: 'user',
  key: [{ column: 'user_id', from: 'u.user_id', type: 'numeric', target: 'id' }],
  countFrom: '{user} u',
  from: `{user} u
    LEFT JOIN (
      SELECT DISTINCT ON (s.login_id) s.login_id, s.password FROM {security_user} s
      WHERE {range:s.login_id} ORDER BY s.login_id, s.modify_date DESC NULLS LAST, s.password
    ) su ON su.login_id = u.user_id
    LEFT JOIN (
      SELECT DISTINCT ON (s.user_id) s.user_id, s.address, s.status_id FROM {email} s
      WHERE s.primary_ind = 1 AND {range:s.user_id} ORDER BY s.user_id, (s.status_id = 1) DESC NULLS LAST, s.email_id
    ) e ON e.user_id = u.user_id
    LEFT JOIN (
      SELECT DISTINCT ON (s.contact_id) s.contact_id, s.company_id FROM {contact} s
      WHERE {range:s.contact_id} ORDER BY s.contact_id, s.modify_date DESC NULLS LAST, s.company_id
    ) c ON c.contact_id = u.user_id
    LEFT JOIN (
      SELECT DISTINCT ON (s.user_id) s.user_id, s.phone_number FROM {phone} s
      WHERE s.primary_ind = 1 AND {range:s.user_id} ORDER BY s.user_id, s.phone_id
    ) p ON p.user_id = u.user_id`,
  columns: [
    { name: 'id', from: 'u.user_id', cast: 'bigint', required: true },
    { name: 'handle', from: 'u.handle', cast: 'text', required: true, exact: true },
    { name: 'email', from: "nullif(e.address, '')", cast: 'text', exact: true },
    { name: 'is_verified', from: "coalesce(e.status_id = 1 AND e.address <> '', false)", cast: 'boolean' },
    { name: 'password_hash', from: 'su.password', cast: 'text', secret: true, exact: true },
    {
      name: 'password_scheme',
      from: `CASE WHEN su.password IS NULL THEN 'none' WHEN su.password LIKE '$2%' THEN 'bcrypt'
        WHEN length(su.password) = 32 AND su.password ~ '^[0-9a-fA-F]+$' THEN 'md5' ELSE 'legacy-blowfish' END`,
      cast: 'text',
    },
    { name: 'first_name', from: 'u.first_name', cast: 'text' },
    { name: 'middle_name', from: 'u.middle_name', cast: 'text' },
    { name: 'last_name', from: 'u.last_name', cast: 'text' },
    { name: 'display_name', from: 'u.name_in_another_language', cast: 'text' },
    { name: 'phone_number', from: 'p.phone_number', cast: 'text' },
    {
      name: 'status',
      from: `CASE u.status WHEN 'A' THEN 'active' WHEN 'U' THEN 'pending_verification' WHEN '5' THEN 'duplicate'
        WHEN '6' THEN 'banned' ELSE 'deactivated' END`,
      cast: 'text',
    },
    { name: 'legacy_status', from: 'u.status', cast: 'text' },
    { name: 'is_active', from: "coalesce(u.status = 'A', false)", cast: 'boolean' },
    { name: 'organization_id', from: 'c.company_id', cast: 'bigint' },
    { name: 'timezone_id', from: 'u.timezone_id', cast: 'bigint' },
    { name: 'open_id', from: 'u.open_id', cast: 'text' },
    { name: 'reg_source', from: 'u.reg_source', cast: 'text' },
    { name: 'utm_source', from: 'u.utm_source', cast: 'text' },
    { name: 'utm_medium', from: 'u.utm_medium', cast: 'text' },
    { name: 'utm_campaign', from: 'u.utm_campaign', cast: 'text' },
    { name: 'last_login_at', from: 'u.last_login', cast: 'utc' },
    { name: 'last_seen_at', from: 'u.last_site_hit_date', cast: 'utc' },
    { name: 'created_at', from: 'u.create_date', cast: 'utc' },
    { name: 'updated_at', from: 'u.modify_date', cast: 'utc' },
  ],
  rules: [
    {
      kind: 'note',
      reason: 'unknown_status',
      column: 'status',
      where: "legacy_status IS NULL OR legacy_status NOT IN ('A', 'U', '4', '5', '6')",
    },
    orphanReference('timezone_id', 'timezones'),
    orphanReference('organization_id', 'organizations'),
    duplicateKey(['id'], 'updated_at DESC NULLS LAST, id'),
    {
      kind: 'rename_twin',
      reason: 'handle_twin',
      column: 'handle',
      fold: 'lower({})',
      keep: 'last_login_at DESC NULLS LAST, id',
      separator: '~',
    },
    {
      kind: 'clear_twin',
      reason: 'email_twin',
      column: 'email',
      set: 'null',
      by: 'lower(email)',
      where: 'email IS NOT NULL',
      keep: 'is_verified DESC, id',
    },
  ],
  notCarried: [
    {
      source: 'contact',
      sql: `SELECT (SELECT count(*) FROM {contact} s)
        - (SELECT count(*) FROM {user} u WHERE EXISTS (SELECT FROM {contact} s WHERE s.contact_id = u.user_id)) AS n`,
    },
    {
      source: 'security_user',
      sql: `SELECT (SELECT count(*) FROM {security_user} s)
        - (SELECT count(*) FROM {user} u WHERE EXISTS (SELECT FROM {security_user} s WHERE s.login_id = u.user_id)) AS n`,
    },
    {
      source: 'phone',
      sql: `SELECT (SELECT count(*) FROM {phone} s)
        - (SELECT count(*) FROM {user} u WHERE EXISTS (SELECT FROM {phone} s WHERE s.user_id = u.user_id AND s.primary_ind = 1)) AS n`,
    },
  ],
};
