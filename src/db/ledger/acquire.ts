import { insertPredictions, type Prediction } from './predictions.ts';
import type pg from 'pg';
import type { Phase, RunInput, RunOptions } from '../../contract.ts';
import { MigrationError } from '../../failures.ts';
import { ledgerExists } from './bootstrap.ts';
import { commandInProgress, endCommand, isCommand } from './command-row.ts';
import { noteEvent } from './events.ts';
import { LEASE_SECONDS, overtaken, type RunRef } from './fence.ts';
import { latestRun, lockHolder, resolveStart, type LedgerRun } from './latest-run.ts';

/** Who asks for the run: an execution chain of Temporal, named by its first run id (the workflow id alone could be our own, reused). */
export interface Holder {
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
}

/** Who started an execution, as the client called itself to Temporal, and when (ISO 8601). */
export interface StartedBy {
  readonly by: string;
  readonly askedAt: string;
}

/** What Temporal says of an execution chain. */
export type ChainState = 'open' | 'closed' | 'unknown';

export interface RunTable {
  readonly table: string;
  readonly estimatedRows: number;
  readonly chunkRows: number;
}

export interface StartRequest {
  readonly holder: Holder;
  /** The chain asks anew (an operator's reset): what an earlier execution of it began may still be under way. */
  readonly reset: boolean;
  /** Null where Temporal did not say. */
  readonly startedBy: StartedBy | null;
  readonly given: RunInput;
  readonly options: RunOptions;
  readonly planHash: string;
  /** Name of a source → what tells this database from any other. */
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, string>>;
  /** Source tables and columns of `allowMissing` that are not there. */
  readonly absent: readonly string[];
  readonly tables: readonly RunTable[];
  /** What preflight expects of a new run. */
  readonly predictions: readonly Prediction[];
  readonly askTemporal: (holder: Holder) => Promise<ChainState>;
}

export interface Acquired extends RunRef {
  readonly phase: Phase;
  readonly resumed: boolean;
}

/**
 * Takes the run in the caller's transaction, under the bootstrap's advisory lock: a new one, our own again (a retry of this
 * activity), or an unfinished one whose holder is gone (epoch + 1). Throws RunInProgress, AlreadyMigrated, PlanChanged or SchemaMismatch.
 */
export async function acquireRun(client: pg.ClientBase, request: StartRequest): Promise<Acquired> {
  const holder = await lockHolder(client);
  if (holder !== null) {
    const ours = holder.firstExecutionRunId === request.holder.firstExecutionRunId;
    // The attempt before, whose answer was lost, may have been the one that took it over.
    if (ours && !request.reset) return { ...refOf(holder), phase: holder.phase, resumed: holder.epoch > 1 };
    if (!ours) await refuseLiving(client, holder, request.askTemporal);
  }
  const latest = await latestRun(client, 'FOR UPDATE');
  const start = resolveStart(latest, request.given);
  if (start.kind === 'new') return insertRun(client, request, latest);
  if (start.run.planHash !== request.planHash) {
    throw new MigrationError('PlanChanged', {
      message: `The plan differs from the one that run ${start.run.run} began with (another version of this program, or another allowMissing).`,
      next: 'go on with the version and input of that run, or start with {"fresh": true} to begin again.',
    });
  }
  for (const [source, fingerprint] of Object.entries(start.run.fingerprints)) {
    if (request.fingerprints[source] !== fingerprint) {
      throw new MigrationError('SchemaMismatch', {
        message: `Source ${source} is another database than the one that run ${start.run.run} began with.`,
        next: 'point the worker at the same source, or start with {"fresh": true} to begin again.',
      });
    }
  }
  return takeOver(client, start.run, request);
}

const refOf = (run: LedgerRun): RunRef => ({ run: run.run, epoch: run.epoch });

/**
 * In the caller's transaction: says whether the dead holder of the lock was a run or a command, which is forgotten, with its sessions.
 * Throws RunInProgress, naming the holder, where it is alive.
 */
export async function refuseLiving(
  client: pg.ClientBase,
  holder: LedgerRun,
  askTemporal: StartRequest['askTemporal'],
): Promise<'run' | 'command'> {
  if (isCommand(holder)) {
    if (holder.leaseHolds) throw commandInProgress(holder);
    await endCommand(client, holder.run);
    return 'command';
  }
  const chain = await askTemporal({ workflowId: holder.workflowId, firstExecutionRunId: holder.firstExecutionRunId });
  if (chain === 'closed' || (chain === 'unknown' && !holder.leaseHolds)) return 'run';
  throw new MigrationError('RunInProgress', {
    message: `Run ${holder.run} of workflow ${holder.workflowId} is in progress on this target (phase ${holder.phase}, ${holder.state}).`,
    next: `follow it with \`identity-migrate watch --workflow-id ${holder.workflowId}\`, or abort it first.`,
  });
}

async function insertRun(client: pg.ClientBase, request: StartRequest, latest: LedgerRun | null): Promise<Acquired> {
  if (latest !== null && latest.state !== 'done') {
    await client.query(
      `UPDATE identity_migration.runs SET state = 'closed', epoch = epoch + 1, finished_at = coalesce(finished_at, now()) WHERE run = $1`,
      [latest.run],
    );
  }
  const { rows } = await client.query<{ run: string }>(
    `INSERT INTO identity_migration.runs
       (workflow_id, first_execution_run_id, lease_until, state, phase, plan_hash, input, fingerprints, servers, absent)
     VALUES ($1, $2, now() + make_interval(secs => $3), 'running', 'backup', $4, $5, $6, $7, $8) RETURNING run`,
    [
      request.holder.workflowId,
      request.holder.firstExecutionRunId,
      LEASE_SECONDS,
      request.planHash,
      JSON.stringify(request.options),
      JSON.stringify(request.fingerprints),
      JSON.stringify(request.servers),
      JSON.stringify(request.absent),
    ],
  );
  const run = rows[0]!.run;
  await client.query(
    `INSERT INTO identity_migration.tables (run, table_name, position, estimated_rows, chunk_rows)
     SELECT $1, t.table_name, t.position, t.estimated_rows, t.chunk_rows
     FROM unnest($2::text[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS t(table_name, estimated_rows, chunk_rows, position)`,
    [run, request.tables.map((t) => t.table), request.tables.map((t) => t.estimatedRows), request.tables.map((t) => t.chunkRows)],
  );
  await insertPredictions(client, run, request.predictions);
  await noteStart(client, { run, epoch: 1 }, 'backup', request);
  return { run, epoch: 1, phase: 'backup', resumed: false };
}

async function takeOver(client: pg.ClientBase, run: LedgerRun, request: StartRequest): Promise<Acquired> {
  const { rows } = await client.query<{ epoch: number }>(
    `UPDATE identity_migration.runs
        SET epoch = epoch + 1, workflow_id = $2, first_execution_run_id = $3, lease_until = now() + make_interval(secs => $4),
            state = 'running', input = $5, finished_at = NULL, failure = NULL
      WHERE run = $1 RETURNING epoch`,
    [run.run, request.holder.workflowId, request.holder.firstExecutionRunId, LEASE_SECONDS, JSON.stringify(request.options)],
  );
  await client.query(`UPDATE identity_migration.tables SET state = 'copying', failure = NULL WHERE run = $1 AND state = 'failed'`, [
    run.run,
  ]);
  const ref = { run: run.run, epoch: rows[0]!.epoch };
  await noteStart(client, ref, run.phase, request);
  return { ...ref, phase: run.phase, resumed: true };
}

function noteStart(client: pg.ClientBase, ref: RunRef, phase: Phase, { holder, startedBy, options }: StartRequest): Promise<void> {
  const { workflowId } = holder;
  return noteEvent(client, ref, {
    ...{ event: 'start', by: startedBy?.by ?? null, askedAt: startedBy?.askedAt ?? null, workflowId, reason: options.reason, phase },
  });
}

/** The newest run that a chain has taken, or null. */
export async function runOfChain(client: pg.ClientBase, firstExecutionRunId: string): Promise<RunRef | null> {
  if (!(await ledgerExists(client))) return null;
  const { rows } = await client.query<RunRef>(
    'SELECT run, epoch FROM identity_migration.runs WHERE first_execution_run_id = $1 ORDER BY started_at DESC LIMIT 1',
    [firstExecutionRunId],
  );
  return rows[0] ?? null;
}

/**
 * The last epoch of a run, in the caller's transaction: from then on no attempt that is still under way can commit, as after a takeover.
 * The chain `firstExecutionRunId` gets the same epoch again when it asks again. Null where the run is done: there is no work left to end,
 * and the target is free for others. Throws RunInProgress where another holds the run.
 */
export async function lastEpoch(client: pg.ClientBase, ref: RunRef, firstExecutionRunId: string): Promise<RunRef | null> {
  const { rows } = await client.query<{ epoch: number; ours: boolean; done: boolean }>(
    "SELECT epoch, first_execution_run_id = $2 AS ours, state = 'done' AS done FROM identity_migration.runs WHERE run = $1 FOR UPDATE",
    [ref.run, firstExecutionRunId],
  );
  const last = { run: ref.run, epoch: ref.epoch + 1 };
  if (rows[0]?.ours !== true || rows[0].epoch < ref.epoch || rows[0].epoch > last.epoch) throw overtaken(ref);
  if (rows[0].done) return null;
  await client.query('UPDATE identity_migration.runs SET epoch = $2 WHERE run = $1', [last.run, last.epoch]);
  return last;
}

/** Ends the database sessions of earlier epochs, so that a stopped attempt holds no lock. Returns how many. */
export async function endOldSessions(client: pg.ClientBase, ref: RunRef): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name LIKE 'identity-migration ' || $1 || ' e%' AND application_name <> 'identity-migration ' || $1 || ' e' || $2
        AND usename = current_user AND pid <> pg_backend_pid()`,
    [ref.run, String(ref.epoch)],
  );
  return rowCount ?? 0;
}
