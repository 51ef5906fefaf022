import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** A user's choices by the preference's name; two preferences of one name are duplicates. */
export const userPreferences: TablePlan = {
  table: 'user_preferences',
  source: 'common_oltp',
  sourceTable: 'user_preference',
  countFrom: '{user_preference} p',
  from: `{user_preference} p
    LEFT JOIN (
      SELECT DISTINCT ON (l.preference_id) l.preference_id, l.preference_name FROM {preference_lu} l ORDER BY l.preference_id, l.preference_name
    ) l ON l.preference_id = p.preference_id
    LEFT JOIN (
      SELECT DISTINCT ON (v.preference_value_id) v.preference_value_id, v.value FROM {preference_value} v ORDER BY v.preference_value_id, v.value
    ) v ON v.preference_value_id = p.preference_value_id`,
  key: [
    { column: 'user_id', from: 'p.user_id', type: 'numeric', target: 'user_id' },
    { column: 'preference_id', from: 'p.preference_id', type: 'numeric', target: '_preference_id' },
  ],
  columns: [
    { name: 'user_id', from: 'p.user_id', cast: 'bigint', required: true },
    { name: 'preference_key', from: "coalesce(l.preference_name, 'preference-' || p.preference_id::text)", cast: 'text', required: true },
    { name: 'preference_value', from: 'to_jsonb(coalesce(p.value, v.value)::text)', cast: 'jsonb' },
    { name: 'created_at', from: 'p.create_date', cast: 'utc' },
    { name: 'updated_at', from: 'p.modify_date', cast: 'utc' },
    { name: '_preference_id', from: 'p.preference_id', cast: 'bigint', carry: true },
  ],
  rules: [orphan('user_id', 'users'), duplicateKey(['user_id', 'preference_key'], 'updated_at DESC NULLS LAST, _preference_id')],
};
