import type pg from 'pg';
import type { AdjustmentReport, ReportData, RunListing } from '../../report/report-data.ts';
import { ledgerExists } from './bootstrap.ts';
import { IS_RUN } from './command-row.ts';
import { readEvents } from './events.ts';
import { readPredictions } from './predictions.ts';
import { ADJUSTMENTS, BACKUP, CHUNKS, DIFFERENCES, iso, REJECTS, STEPS, TABLES } from './report-queries.ts';

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

/** What a report says of the run as a whole. */
type RunRow = Pick<
  ReportData,
  | 'run'
  | 'workflowId'
  | 'epoch'
  | 'state'
  | 'phase'
  | 'planHash'
  | 'startedAt'
  | 'finishedAt'
  | 'seconds'
  | 'input'
  | 'failure'
  | 'servers'
  | 'builds'
>;

/**
 * All that a report says of one run (the newest unless `run` is given), or null where the ledger does not know it.
 * Counts and names only: keys, details and rows of rejects stay in the ledger.
 */
export async function readRunReport(client: pg.ClientBase, run?: string): Promise<ReportData | null> {
  if (!(await ledgerExists(client))) {
    return null;
  }
  const { rows } = await client.query<RunRow>(
    `SELECT r.run, r.workflow_id AS "workflowId", r.epoch, r.state, r.phase, r.plan_hash AS "planHash", ${iso('r.started_at')} AS "startedAt",
            ${iso('r.finished_at')} AS "finishedAt", ${SECONDS} AS seconds, r.input, r.failure, coalesce(r.servers, '{}') AS servers, r.builds
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
    events: await readEvents(client, facts.run),
    steps: await of<ReportData['steps'][number]>(STEPS),
    predictions: await readPredictions(client, facts.run),
    differences: await of<ReportData['differences'][number]>(DIFFERENCES),
    backup: (await of<NonNullable<ReportData['backup']>>(BACKUP))[0] ?? null,
  };
}

/** Of the run, or of its latest start's end. */
const SECONDS = 'extract(epoch FROM coalesce(r.finished_at, now()) - r.started_at)::float8';
