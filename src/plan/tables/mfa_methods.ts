import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/**
 * Second factors: `email` for each user_2fa that has it on, `dice` for each wallet connection, and one `dice` for each user
 * who has it on without a connection. Ids are derived from the user's, so that a second run draws the same.
 */
export const mfaMethods: TablePlan = {
  table: 'mfa_methods',
  source: 'common_oltp',
  sourceTable: 'user_2fa',
  sourceTableColumn: '_source_table',
  key: [
    { column: 'method_type', from: 'm.method_type', type: 'text', target: 'method_type' },
    { column: 'id', from: 'm.id', type: 'numeric', target: '_source_id' },
  ],
  tieBreak: ['m.source_table'],
  from: `(
    SELECT 'user_2fa' AS source_table, 'email' AS method_type, f.id, f.user_id, f.user_id::numeric * 2 AS method_id,
      '' AS identifier, true AS is_verified, f.created_at, f.modified_at
    FROM {user_2fa} f WHERE f.mfa_enabled
    UNION ALL
    SELECT 'dice_connection', 'dice', d.id, d.user_id, d.user_id::numeric * 2 + 1,
      coalesce(d.connection, ''), coalesce(d.accepted, false), d.created_at, d.con_created_at
    FROM {dice_connection} d
    UNION ALL
    (SELECT DISTINCT ON (f.user_id) 'user_2fa', 'dice', f.id, f.user_id, f.user_id::numeric * 2 + 1,
      '', false, f.created_at, f.modified_at
    FROM {user_2fa} f WHERE f.dice_enabled AND NOT EXISTS (SELECT FROM {dice_connection} d WHERE d.user_id = f.user_id)
    ORDER BY f.user_id, f.modified_at DESC NULLS LAST, f.id)
  ) m`,
  columns: [
    { name: 'id', from: 'm.method_id', cast: 'bigint', required: true },
    { name: 'user_id', from: 'm.user_id', cast: 'bigint', required: true },
    { name: 'method_type', from: 'm.method_type', cast: 'text' },
    { name: 'identifier', from: 'm.identifier', cast: 'text', exact: true },
    { name: 'is_verified', from: 'm.is_verified', cast: 'boolean' },
    { name: 'created_at', from: 'm.created_at', cast: 'utc' },
    { name: 'updated_at', from: 'm.modified_at', cast: 'utc' },
    { name: '_source_table', from: 'm.source_table', cast: 'text', carry: true },
    { name: '_source_id', from: 'm.id', cast: 'bigint', carry: true },
  ],
  rules: [
    orphan('user_id', 'users'),
    duplicateKey(['id'], 'updated_at DESC NULLS LAST, _source_id'),
    duplicateKey(['user_id', 'method_type', 'identifier'], 'updated_at DESC NULLS LAST, _source_id'),
  ],
  notCarried: [
    // Every connection is a driving row, so this is 0: it says so where somebody looks for it.
    {
      source: 'dice_connection',
      sql: 'SELECT (SELECT count(*) FROM {dice_connection} d) - (SELECT count(*) FROM {dice_connection} d) AS n',
    },
  ],
};
