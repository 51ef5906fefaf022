import { duplicateKey, orphanReference } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** What happened to an account; a log line outlives its user. */
export const userActivityLogs: TablePlan = {
  table: 'user_activity_logs',
  source: 'common_oltp',
  sourceTable: 'user_event',
  countFrom: '{user_event} e',
  from: `{user_event} e
    LEFT JOIN (SELECT DISTINCT ON (l.event_id) l.event_id, l.event_description FROM {event_lu} l ORDER BY l.event_id, l.event_description) l
      ON l.event_id = e.event_id
    LEFT JOIN (SELECT DISTINCT ON (l.status_id) l.status_id, l.status_desc FROM {user_event_status_lu} l ORDER BY l.status_id, l.status_desc) s
      ON s.status_id = e.status_id`,
  key: [{ column: 'user_event_id', from: 'e.user_event_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'e.user_event_id', cast: 'bigint', required: true },
    { name: 'user_id', from: 'e.user_id', cast: 'bigint' },
    { name: 'action', from: "coalesce(l.event_description, 'event-' || e.event_id::text, 'event-unknown')", cast: 'text' },
    { name: 'details', from: "CASE WHEN s.status_desc IS NOT NULL THEN jsonb_build_object('status', s.status_desc) END", cast: 'jsonb' },
    { name: 'occurred_at', from: 'e.event_date', cast: 'utc' },
  ],
  rules: [orphanReference('user_id', 'users'), duplicateKey(['id'], 'id')],
};
