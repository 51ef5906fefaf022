import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { MigrationError } from '../../failures.ts';
import { withPostgres } from '../postgres/session.ts';
import { transaction } from '../postgres/transaction.ts';
import type { Server } from '../server.ts';
import { refuseLiving, type ChainState, type Holder } from './acquire.ts';
import { bootstrapLedger } from './bootstrap.ts';
import { COMMAND_HOLDER, deleteCommand, insertCommand } from './command-row.ts';
import { applicationName, holdEpoch, holdSql, renewLease, type RunRef } from './fence.ts';
import { lockHolder } from './latest-run.ts';

export interface CommandLockOrder {
  readonly target: Server;
  /** As the operator types it: `restore`, `migrate-to`. Named to others who ask for the lock. */
  readonly command: string;
  /** Only asked when the ledger holds an open run; may throw where Temporal does not answer, and then nothing is locked. */
  readonly askTemporal: (holder: Holder) => Promise<ChainState>;
  readonly signal: AbortSignal;
  /** Milliseconds to wait for another command (never for a run) that holds the lock; refused at once unless given. */
  readonly patience?: number;
  /** Milliseconds between two renewals of the lease, which lasts 30 s; ten seconds unless given. */
  readonly renewEvery?: number;
}

export interface CommandLock {
  readonly ref: RunRef;
  /** For every session of the command's work: a takeover ends those. */
  readonly applicationName: string;
  /** Fires with the caller's, and with RunInProgress when the lock was lost. */
  readonly signal: AbortSignal;
  /**
   * Last of all in the transaction that changes the schema: makes an unfinished run not resumable, and throws RunInProgress where
   * the lock was lost, so that nothing is committed. A command that changes nothing does not call it, and the run stays resumable.
   */
  readonly seal: (client: pg.ClientBase) => Promise<void>;
  /** The same as SQL, for a transaction that psql runs. */
  readonly sealSql: string;
}

const RENEW_EVERY = 10_000;
const ASK_EVERY = 300;

/**
 * Does a command's work under the lock that a run takes, too: a row of `runs`, whose lease is renewed every ten seconds while the work
 * goes on, and which is gone when it has ended. A run whose holder is dead is marked failed, and stays resumable until `seal`.
 * Throws RunInProgress, naming the holder.
 */
export async function withCommandLock<T>(order: CommandLockOrder, work: (lock: CommandLock) => Promise<T>): Promise<T> {
  const ref = await takeLock(order);
  const lost = new AbortController();
  const session = { applicationName: 'identity-migration lease', fallback: 'TargetUnreachable' } as const;
  const renewing = setInterval(() => {
    withPostgres(order.target, session, (client) => renewLease(client, ref)).catch((error: unknown) => {
      // A target that is away is noticed by the work itself.
      if (error instanceof MigrationError && error.type === 'RunInProgress') lost.abort(error);
    });
  }, order.renewEvery ?? RENEW_EVERY);
  try {
    return await work({
      ref,
      applicationName: applicationName(ref),
      signal: AbortSignal.any([order.signal, lost.signal]),
      seal: async (client) => {
        await client.query(CLOSE_UNFINISHED);
        await holdEpoch(client, ref);
      },
      sealSql: `${CLOSE_UNFINISHED};\n${holdSql(ref)}`,
    });
  } finally {
    clearInterval(renewing);
    // Where this fails, the lease passes by itself.
    await withPostgres(order.target, session, (client) => deleteCommand(client, ref.run)).catch(() => {});
  }
}

async function takeLock(order: CommandLockOrder): Promise<RunRef> {
  const session = { applicationName: 'identity-migration lock', signal: order.signal, fallback: 'TargetUnreachable' } as const;
  const end = Date.now() + (order.patience ?? 0);
  // What Temporal's client throws is no error of the target's, as which the session would translate it.
  const unasked: unknown[] = [];
  const askTemporal = (holder: Holder) =>
    order.askTemporal(holder).catch((error: unknown) => {
      unasked.push(error);
      throw error;
    });
  const taking = withPostgres(order.target, session, async (client) => {
    for (;;) {
      try {
        return await transaction(client, {}, () => take(client, { ...order, askTemporal }));
      } catch (error) {
        const byCommand = error instanceof MigrationError && error.type === 'RunInProgress' && (await isHeldByCommand(client));
        if (!byCommand || Date.now() >= end) throw error;
      }
      await wait(ASK_EVERY, undefined, { signal: order.signal });
    }
  });
  return taking.catch((error: unknown) => {
    throw unasked[0] ?? error;
  });
}

async function take(client: pg.ClientBase, order: CommandLockOrder): Promise<RunRef> {
  await bootstrapLedger(client);
  const holder = await lockHolder(client);
  if (holder !== null) {
    const dead = await refuseLiving(client, holder, order.askTemporal);
    if (dead === 'run') await client.query(FAIL_DEAD, [holder.run, JSON.stringify(deadNote(order.command))]);
  }
  return insertCommand(client, `identity-migrate ${order.command}`);
}

async function isHeldByCommand(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ runs: number }>(
    `SELECT count(*) AS runs FROM identity_migration.runs WHERE state IN ('running', 'paused') AND first_execution_run_id <> $1`,
    [COMMAND_HOLDER],
  );
  return Number(rows[0]?.runs) === 0;
}

const deadNote = (command: string) => ({
  type: 'Aborted',
  message: `The run was in progress, but nothing carried it on, when \`identity-migrate ${command}\` took the lock.`,
});

const FAIL_DEAD = `UPDATE identity_migration.runs SET state = 'failed', epoch = epoch + 1, finished_at = now(), failure = $2 WHERE run = $1`;

const CLOSE_UNFINISHED = `UPDATE identity_migration.runs
   SET state = 'closed', epoch = epoch + 1, finished_at = coalesce(finished_at, now())
 WHERE state IN ('failed', 'aborted') AND first_execution_run_id <> '${COMMAND_HOLDER}'`;
