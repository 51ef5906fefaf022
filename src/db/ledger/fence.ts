import type pg from 'pg';
import type { Phase } from '../../contract.ts';
import { MigrationError } from '../../failures.ts';

/** Which run, and which holder of it: a takeover bumps the epoch, so that an old holder can no longer commit. */
export interface RunRef {
  readonly run: string;
  readonly epoch: number;
}

/** How long a run counts as alive after its last sign of life, where Temporal knows nothing of it. */
export const LEASE_SECONDS = 30;

/**
 * In the select list of what locks a row of the ledger: a worker that freezes while it holds the lock (a stopped process, a paused
 * machine) loses its session after this time, or whoever takes its work over would wait for it for ever.
 */
export const LOSE_LOCK_WHEN_FROZEN = `set_config('idle_in_transaction_session_timeout', '${LEASE_SECONDS}s', true)`;

export function applicationName(ref: RunRef): string {
  return `identity-migration ${ref.run} e${ref.epoch}`;
}

/** Locks the run's row against a takeover until commit. Last thing before COMMIT: taken early it would hold up pause. */
export async function holdEpoch(client: pg.ClientBase, ref: RunRef): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT ${LOSE_LOCK_WHEN_FROZEN} FROM identity_migration.runs WHERE run = $1 AND epoch = $2 FOR SHARE`,
    [ref.run, ref.epoch],
  );
  if (rowCount !== 1) throw overtaken(ref);
}

/** Locks the run's row until commit, as `holdEpoch` does, in SQL alone for psql: fails where the run has another holder by now. */
export function holdSql({ run, epoch }: RunRef): string {
  return `DO $hold$ BEGIN
  PERFORM FROM identity_migration.runs WHERE run = '${run}' AND epoch = ${epoch} FOR SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION 'the lock on this target was lost to another run or command'; END IF;
END $hold$;`;
}

/** Locks the run's row for a change of phase or state, and says in which phase it is. */
export async function lockRun(client: pg.ClientBase, ref: RunRef): Promise<Phase> {
  const { rows } = await client.query<{ phase: Phase }>(
    `SELECT phase, ${LOSE_LOCK_WHEN_FROZEN} FROM identity_migration.runs WHERE run = $1 AND epoch = $2 FOR UPDATE`,
    [ref.run, ref.epoch],
  );
  if (rows[0] === undefined) throw overtaken(ref);
  return rows[0].phase;
}

export async function setPhase(client: pg.ClientBase, ref: RunRef, phase: Phase): Promise<void> {
  await client.query('UPDATE identity_migration.runs SET phase = $3 WHERE run = $1 AND epoch = $2', [ref.run, ref.epoch, phase]);
}

/** Sign of life. A run that was taken over is told so here as well. */
export async function renewLease(client: pg.ClientBase, ref: RunRef): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE identity_migration.runs SET lease_until = now() + make_interval(secs => $3) WHERE run = $1 AND epoch = $2`,
    [ref.run, ref.epoch, LEASE_SECONDS],
  );
  if (rowCount !== 1) throw overtaken(ref);
}

/** The failure of a holder that holds the run no more. */
export function overtaken(ref: RunRef): MigrationError {
  return new MigrationError('RunInProgress', {
    message: `Run ${ref.run} was taken over by a newer start, or its ledger is gone: this one (epoch ${ref.epoch}) must not write any more.`,
    next: 'look at `identity-migrate runs` for the run that goes on.',
  });
}
