import { hostname } from 'node:os';
import type pg from 'pg';
import { MigrationError } from '../../failures.ts';
import { LEASE_SECONDS, type RunRef } from './fence.ts';

/** In place of a first execution's id, which Temporal would have made: this row is a command's, not a run's. */
export const COMMAND_HOLDER = 'command';

/** Rows of `runs` that are runs: a command that holds the lock is none. */
export const IS_RUN = `first_execution_run_id <> '${COMMAND_HOLDER}'`;

interface HeldBy {
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
}

export function isCommand(holder: HeldBy): boolean {
  return holder.firstExecutionRunId === COMMAND_HOLDER;
}

/** In the caller's transaction, under the bootstrap's lock, when no run is open: the command's row, which the one open run's index guards. */
export async function insertCommand(client: pg.ClientBase, command: string): Promise<RunRef> {
  const { rows } = await client.query<RunRef>(
    `INSERT INTO identity_migration.runs
       (workflow_id, first_execution_run_id, lease_until, state, phase, plan_hash, input, fingerprints, absent)
     VALUES ($1, $2, now() + make_interval(secs => $3), 'running', 'lock', '', '{}', '{}', '[]') RETURNING run, epoch`,
    [`${command} (process ${process.pid} on ${hostname()})`, COMMAND_HOLDER, LEASE_SECONDS],
  );
  return rows[0]!;
}

/** Forgets a command that has ended: `runs` keeps runs. */
export async function deleteCommand(client: pg.ClientBase, run: string): Promise<void> {
  await client.query('DELETE FROM identity_migration.runs WHERE run = $1 AND first_execution_run_id = $2', [run, COMMAND_HOLDER]);
}

/** In the caller's transaction: ends what is left of a command whose lease has passed, so that it holds no lock and commits nothing. */
export async function endCommand(client: pg.ClientBase, run: string): Promise<void> {
  await deleteCommand(client, run);
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name LIKE 'identity-migration ' || $1 || ' e%' AND usename = current_user AND pid <> pg_backend_pid()`,
    [run],
  );
}

export function commandInProgress(holder: HeldBy): MigrationError {
  return new MigrationError('RunInProgress', {
    message: `The command ${holder.workflowId} is in progress on this target.`,
    next: `wait until it has ended; if it was killed, its lock is free at most ${LEASE_SECONDS} seconds after that.`,
  });
}
