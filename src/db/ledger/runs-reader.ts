import type pg from 'pg';
import type { AdjustmentReport, ReportData, RunListing } from '../../report/report-data.ts';
import { ledgerExists } from './bootstrap.ts';
import { IS_RUN } from './command-row.ts';

/** Every run in the ledger, newest first; none where the target has no ledger. */
export async function listRuns(client: pg.ClientBase): Promise<RunListing[]> {
  if (!(await ledgerExists(client))) {
    return [];
  }
  const { rows } = await client.query<RunListing>(
    `SELECT r.run, r.workflow_id AS "workflowId", r.state, r.phase, ${iso('r.started_at')} AS "startedAt", ${iso('r.finished_at')} AS "finishedAt",
            ${SECONDS} AS seconds, r.input ->> 'reason' AS reason, r.failure,
            coalesce(sum(t.loaded), 0)::float8 AS loaded, coalesce(sum(t.rejected), 0)::float8 AS rejected
       FROM identity_migration.runs r LEFT JOIN identity_migration.tables t USING (run)
      WHERE r.${IS_RUN} GROUP BY r.run ORDER BY r.started_at DESC, r.run`,
  );
  return rows;
}

/**
 * All that a report says of one run (the newest unless `run` is given), or null where the ledger does not know it.
 * Counts and names only: keys, details and rows of rejects stay in the ledger.
 */
export async function readRunReport(client: pg.ClientBase, run?: string): Promise<ReportData | null> {
  if (!(await ledgerExists(client))) {
    return null;
  }
  const { rows } = await client.query<Omit<ReportData, 'tables' | 'rejects' | 'adjustments' | 'chunks' | 'backup'>>(
    `SELECT r.run, r.workflow_id AS "workflowId", r.epoch, r.state, r.phase, r.plan_hash AS "planHash", ${iso('r.started_at')} AS "startedAt",
            ${iso('r.finished_at')} AS "finishedAt", ${SECONDS} AS seconds, r.input, r.failure, coalesce(r.servers, '{}') AS servers
       FROM identity_migration.runs r WHERE r.${IS_RUN} AND ($1::uuid IS NULL OR r.run = $1) ORDER BY r.started_at DESC, r.run LIMIT 1`,
    [run ?? null],
  );
  const facts = rows[0];
  if (facts === undefined) {
    return null;
  }
  const of = async <T extends pg.QueryResultRow>(sql: string): Promise<T[]> => (await client.query<T>(sql, [facts.run])).rows;
  return {
    ...facts,
    tables: await of<ReportData['tables'][number]>(TABLES),
    rejects: await of<ReportData['rejects'][number]>(REJECTS),
    adjustments: await of<AdjustmentReport>(ADJUSTMENTS),
    chunks: await of<ReportData['chunks'][number]>(CHUNKS),
    backup: (await of<NonNullable<ReportData['backup']>>(BACKUP))[0] ?? null,
  };
}

function iso(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Of the run, or of its latest start's end. */
const SECONDS = 'extract(epoch FROM coalesce(r.finished_at, now()) - r.started_at)::float8';

const TABLES = `
SELECT table_name AS "table", state, source_rows::float8 AS source, loaded::float8, merged::float8, rejected::float8, adjusted::float8,
       extract(epoch FROM finished_at - started_at)::float8 AS seconds, proof, failure
  FROM identity_migration.tables WHERE run = $1 ORDER BY position`;

const REJECTS = `
SELECT x.table_name AS "table", x.source, x.source_table AS "sourceTable", x.reason, count(*)::float8 AS rows, count(x.replayed_at)::float8 AS replayed
  FROM identity_migration.rejects x LEFT JOIN identity_migration.tables t USING (run, table_name)
 WHERE x.run = $1 GROUP BY t.position, x.table_name, x.source, x.source_table, x.reason ORDER BY t.position, x.source_table, x.reason`;

const ADJUSTMENTS = `
SELECT x.table_name AS "table", x.column_name AS "column", x.reason,
       CASE WHEN x.reason = 'not_carried' THEN x.detail END AS "sideSource", sum(x.rows)::float8 AS rows
  FROM identity_migration.adjustments x LEFT JOIN identity_migration.tables t USING (run, table_name)
 WHERE x.run = $1 GROUP BY t.position, 1, 2, 3, 4 ORDER BY t.position, 2, 3, 4`;

const CHUNKS = `
SELECT c.table_name AS "table", c.chunk, c.state, c.rows::float8, c.bytes::float8, c.attempt, c.worker,
       ${iso('c.started_at')} AS "startedAt", ${iso('c.finished_at')} AS "finishedAt"
  FROM identity_migration.chunks c JOIN identity_migration.tables t USING (run, table_name)
 WHERE c.run = $1 ORDER BY t.position, c.chunk`;

const BACKUP = `
SELECT path, host, bytes::float8, sha256, ${iso('verified_at')} AS "verifiedAt", ${iso('created_at')} AS "createdAt"
  FROM identity_migration.backups WHERE run = $1 ORDER BY created_at DESC LIMIT 1`;
