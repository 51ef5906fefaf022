/** A change of one cell of the finished target, the SQL that makes it (and returns `id`), and what it is a change of. */
export interface Inconspicuous {
  readonly what: string;
  readonly table: string;
  readonly key: string;
  readonly column: string;
  readonly sql: string;
}

/** Users, by number, whom no rule touched: no two of these are the same. */
const plain = (
  number: number,
) => `(SELECT u.id FROM identity.users u WHERE u.handle ~ '^[a-z]' AND u.password_hash <> '' AND isfinite(u.created_at)
  AND NOT EXISTS (SELECT FROM identity_migration.adjustments a WHERE a.table_name = 'users' AND a.source_key ->> 'user_id' = u.id::text)
  ORDER BY u.id OFFSET ${number} LIMIT 1)`;
const user = (what: string, column: string, set: string, id: string): Inconspicuous => ({
  ...{ what, table: 'users', key: 'user_id', column },
  sql: `UPDATE identity.users SET ${column} = ${set} WHERE id = ${id} RETURNING id::text AS id`,
});
const first = (what: string, table: string, column: string, set: string, where: string): Inconspicuous => ({
  ...{ what, table, key: 'id', column },
  sql: `UPDATE identity.${table} SET ${column} = ${set} WHERE id = (SELECT max(id) FROM identity.${table} WHERE ${where}) RETURNING id::text AS id`,
});

/** Changes that a comparison which trims, folds, rounds, normalizes or adds up would miss. */
export const INCONSPICUOUS: readonly Inconspicuous[] = [
  user('a case', 'handle', 'upper(left(handle, 1)) || substr(handle, 2)', plain(0)),
  user('another user’s secret', 'password_hash', `(SELECT password_hash || '' FROM identity.users WHERE id = ${plain(2)})`, plain(1)),
  user('a microsecond', 'created_at', "created_at + interval '1 microsecond'", plain(3)),
  user('an hour, as of summer time', 'created_at', "created_at - interval '1 hour'", plain(4)),
  user('a date that one calendar lacks', 'created_at', "'1582-10-10 00:00:00Z'", plain(5)),
  user('a truth', 'is_verified', 'NOT is_verified', plain(6)),
  user('a combining accent', 'last_name', "coalesce(last_name, '') || U&'\\0301'", plain(7)),
  user('empty for NULL, or NULL for empty', 'utm_source', "CASE WHEN utm_source IS NULL THEN '' END", plain(8)),
  user(
    'one separator more than a rule took to make a name free',
    'handle',
    "handle || '~'",
    "(SELECT min((source_key ->> 'user_id')::bigint) FROM identity_migration.adjustments WHERE reason = 'handle_twin')",
  ),
  first('a case, from a source that folds it', 'clients', 'name', 'upper(name)', 'name <> upper(name)'),
  first('a trailing blank, from a source that pads', 'permission_policies', 'policy', "policy || ' '", 'true'),
  first('a date where there is none', 'role_assignments', 'created_at', "'1970-01-01 00:00:00Z'", 'created_at IS NULL'),
  first('a flag', 'groups', 'self_register', 'NOT self_register', 'self_register IS NOT NULL'),
];
