import { acquireRun, endOldSessions, type ChainState, type Holder, type StartedBy } from '../db/ledger/acquire.ts';
import { bootstrapLedger } from '../db/ledger/bootstrap.ts';
import { checkLandedTables } from '../db/ledger/landed.ts';
import type { RunRef } from '../db/ledger/fence.ts';
import { readOverview, readRunHead } from '../db/ledger/overview.ts';
import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import type { RunInput } from '../contract.ts';
import type { Attempt, Engine } from './engine.ts';
import type { Preflighted } from './preflight.ts';
import type { RunStatus } from './run-status.ts';
import type pg from 'pg';

export type AskTemporal = (holder: Holder) => Promise<ChainState>;
/** Null where Temporal does not say. */
export type AskWhoStarted = (holder: Holder) => Promise<StartedBy | null>;

export interface LockOrder {
  readonly given: RunInput;
  readonly preflight: Preflighted;
  readonly holder: Holder;
  readonly reset: boolean;
  readonly startedBy: StartedBy | null;
  readonly askTemporal: AskTemporal;
}

/** Takes the run: a new one, or an unfinished one whose holder is gone; ends what is left of an older holder's sessions. */
export async function lockTarget(engine: Engine, order: LockOrder, attempt: Attempt): Promise<RunStatus> {
  const session = { applicationName: 'identity-migration lock', signal: attempt.signal, fallback: 'TargetUnreachable' } as const;
  return withPostgres(engine.databases.target, session, async (client) => {
    const acquired = await transaction(client, {}, async () => {
      await bootstrapLedger(client);
      return acquireRun(client, { ...order, ...order.preflight });
    });
    await endOldSessions(client, acquired);
    if (acquired.resumed) await checkLandedTables(client, acquired, acquired.phase);
    return statusOf(engine, client, acquired, acquired.resumed);
  });
}

/** After continue-as-new: the run as the ledger knows it. Throws RunInProgress where it was taken over meanwhile. */
export function rejoinRun(engine: Engine, ref: RunRef, attempt: Attempt): Promise<RunStatus> {
  const session = { applicationName: 'identity-migration rejoin', signal: attempt.signal, fallback: 'TargetUnreachable' } as const;
  return withPostgres(engine.databases.target, session, (client) => statusOf(engine, client, ref, false));
}

async function statusOf(engine: Engine, client: pg.ClientBase, ref: RunRef, resumed: boolean): Promise<RunStatus> {
  const head = await readRunHead(client, ref);
  const tables = await readOverview(client, ref);
  const copied = tables.filter((table) => table.state === 'copied' || table.state === 'done').length;
  const chunks = tables.reduce((sum, table) => sum + table.chunks, 0);
  const done = tables.reduce((sum, table) => sum + table.chunksDone, 0);
  const notice = `resuming run ${ref.run}: ${copied} of ${tables.length} tables, ${done} of ${chunks} chunks done`;
  return { run: ref.run, epoch: ref.epoch, ...head, heartbeatTimeout: engine.heartbeatTimeout, tables, notice: resumed ? notice : null };
}
