/** What a report reads of one run ($1), as its types name it: counts, names and times; no keys, details or rows. */

/** A time as ISO 8601 in UTC, with milliseconds. */
export function iso(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

export const TABLES = `
SELECT table_name AS "table", state, source_rows::float8 AS source, loaded::float8, merged::float8, rejected::float8, adjusted::float8,
       extract(epoch FROM finished_at - started_at)::float8 AS seconds, proof, failure
  FROM identity_migration.tables WHERE run = $1 ORDER BY position`;

export const REJECTS = `
SELECT x.table_name AS "table", x.source, x.source_table AS "sourceTable", x.reason, count(*)::float8 AS rows, count(x.replayed_at)::float8 AS replayed
  FROM identity_migration.rejects x LEFT JOIN identity_migration.tables t USING (run, table_name)
 WHERE x.run = $1 GROUP BY t.position, x.table_name, x.source, x.source_table, x.reason ORDER BY t.position, x.source_table, x.reason`;

export const ADJUSTMENTS = `
SELECT x.table_name AS "table", x.column_name AS "column", x.reason,
       CASE WHEN x.reason = 'not_carried' THEN x.detail END AS "sideSource", sum(x.rows)::float8 AS rows
  FROM identity_migration.adjustments x LEFT JOIN identity_migration.tables t USING (run, table_name)
 WHERE x.run = $1 GROUP BY t.position, 1, 2, 3, 4 ORDER BY t.position, 2, 3, 4`;

export const CHUNKS = `
SELECT c.table_name AS "table", c.chunk, c.state, c.rows::float8, c.bytes::float8, c.attempt, c.proved_at IS NOT NULL AS proved, c.worker,
       ${iso('c.started_at')} AS "startedAt", ${iso('c.finished_at')} AS "finishedAt"
  FROM identity_migration.chunks c JOIN identity_migration.tables t USING (run, table_name)
 WHERE c.run = $1 ORDER BY t.position, c.chunk`;

export const STEPS = `
SELECT phase AS list, step, coalesce(work #>> '{item,kind}', work ->> 'do') AS kind, table_name AS "table", state = 'done' AS done, seconds
  FROM identity_migration.steps WHERE run = $1
 ORDER BY array_position(ARRAY['moves', 'proof', 'reconcile', 'constrain', 'verify'], phase), position, step`;

export const DIFFERENCES = `
SELECT table_name AS "table", kind, count(*)::float8 AS rows FROM identity_migration.differences WHERE run = $1 GROUP BY 1, 2 ORDER BY 1, 2`;

export const BACKUP = `
SELECT path, host, bytes::float8, sha256, ${iso('verified_at')} AS "verifiedAt", ${iso('created_at')} AS "createdAt"
  FROM identity_migration.backups WHERE run = $1 ORDER BY created_at DESC LIMIT 1`;
