import type pg from 'pg';
import { ledgerExists } from './bootstrap.ts';
import { IS_RUN } from './command-row.ts';

/** What `status` tells of the ledger; times are ISO 8601, UTC. */
export interface LatestEntries {
  readonly lastRun: {
    readonly run: string;
    readonly workflowId: string;
    readonly state: string;
    readonly phase: string;
    readonly startedAt: string;
    readonly finishedAt: string | null;
  } | null;
  readonly lastBackup: {
    readonly path: string;
    readonly host: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly createdAt: string;
    readonly verifiedAt: string | null;
  } | null;
}

/** The newest run and the newest backup, or nulls where there is none, or no ledger. In the caller's transaction, whose time zone is UTC. */
export async function readLatest(client: pg.ClientBase): Promise<LatestEntries> {
  if (!(await ledgerExists(client))) return { lastRun: null, lastBackup: null };
  const runs = await client.query<NonNullable<LatestEntries['lastRun']>>(
    `SELECT run, workflow_id AS "workflowId", state, phase, ${iso('started_at')} AS "startedAt", ${iso('finished_at')} AS "finishedAt"
       FROM identity_migration.runs WHERE ${IS_RUN} ORDER BY started_at DESC, run LIMIT 1`,
  );
  const backups = await client.query<NonNullable<LatestEntries['lastBackup']>>(
    `SELECT path, host, bytes::float8 AS bytes, sha256, ${iso('created_at')} AS "createdAt", ${iso('verified_at')} AS "verifiedAt"
       FROM identity_migration.backups ORDER BY created_at DESC, backup LIMIT 1`,
  );
  return { lastRun: runs.rows[0] ?? null, lastBackup: backups.rows[0] ?? null };
}

/** The newest run's id, or `run` itself where the ledger knows it; null where there is none. */
export async function latestRunId(client: pg.ClientBase, run: string | null): Promise<string | null> {
  if (!(await ledgerExists(client))) return null;
  const { rows } = await client.query<{ run: string }>(
    `SELECT run FROM identity_migration.runs WHERE ${IS_RUN} AND ($1::uuid IS NULL OR run = $1) ORDER BY started_at DESC, run LIMIT 1`,
    [run],
  );
  return rows[0]?.run ?? null;
}

const iso = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
