import { endOldSessions, lastEpoch, runOfChain } from '../db/ledger/acquire.ts';
import { noteEvent } from '../db/ledger/events.ts';
import { holdEpoch, lockRun, type RunRef } from '../db/ledger/fence.ts';
import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import type { EventNote } from '../report/run-events.ts';
import type { Attempt, Engine } from './engine.ts';
import { withRun } from './run-session.ts';
import { restoreBefore } from './restore-before.ts';

type OpenState = 'running' | 'paused';
type Failure = { readonly type: string; readonly message: string };
type ClosedState = 'failed' | 'aborted' | 'closed';

/** Shows a pause, with the operator's reason, or its end, in the ledger. */
export function setRunState(engine: Engine, ref: RunRef, state: OpenState, reason: string | null, attempt: Attempt): Promise<void> {
  return change(engine, ref, attempt, state, null, reason);
}

/**
 * The run failed: a new start resumes it. `chain` is the first execution's id of the workflow that holds the run; `ref` is null where
 * the workflow asked for the lock and had no answer: the ledger knows whether it was given.
 */
export async function failRun(engine: Engine, ref: RunRef | null, failure: Failure, chain: string, attempt: Attempt): Promise<void> {
  const held = ref ?? (await heldBy(engine, chain, attempt));
  const last = held === null ? null : await endWork(engine, held, chain, attempt);
  if (last !== null) await change(engine, last, attempt, 'failed', failure);
}

/**
 * Ends the run as chosen, and says how: `leave` (a new start resumes it) or `restore` (what the run's first start found). Null where the
 * chain holds no run (see `failRun`). A run that was done before the abort came stays so.
 */
export async function abortRun(
  engine: Engine,
  ref: RunRef | null,
  then: 'leave' | 'restore',
  chain: string,
  attempt: Attempt,
): Promise<string | null> {
  const held = ref ?? (await heldBy(engine, chain, attempt));
  if (held === null) return null;
  const last = await endWork(engine, held, chain, attempt);
  if (last === null) return 'the run was done before; the target is left as it is.';
  if (then === 'leave') {
    await change(engine, last, attempt, 'aborted', null);
    return 'what has landed is left as it is; a new start goes on from there.';
  }
  const outcome = await restoreBefore(engine, last, attempt);
  await change(engine, last, attempt, 'closed', null);
  return outcome;
}

function heldBy(engine: Engine, chain: string, { signal }: Attempt): Promise<RunRef | null> {
  const session = { applicationName: 'identity-migration lock', signal, fallback: 'TargetUnreachable' } as const;
  return withPostgres(engine.databases.target, session, (client) => runOfChain(client, chain));
}

/**
 * Whatever still works for the run can commit no more, and its statements are ended on the target: a cancelled activity learns of it
 * with its next heartbeat only, and one on a frozen worker never. Null where the run is done.
 */
async function endWork(engine: Engine, ref: RunRef, chain: string, attempt: Attempt): Promise<RunRef | null> {
  return withRun(engine, ref, 'TargetUnreachable', attempt, async (client) => {
    const last = await transaction(client, {}, () => lastEpoch(client, ref, chain));
    if (last !== null) await endOldSessions(client, last);
    return last;
  });
}

async function change(
  engine: Engine,
  ref: RunRef,
  attempt: Attempt,
  state: OpenState | ClosedState,
  failure: Failure | null,
  reason: string | null = null,
): Promise<void> {
  await withRun(engine, ref, 'TargetUnreachable', attempt, (client) =>
    transaction(client, {}, async () => {
      await lockRun(client, ref);
      const { rows } = await client.query<{ state: string }>('SELECT state FROM identity_migration.runs WHERE run = $1', [ref.run]);
      const ended = state !== 'running' && state !== 'paused';
      await client.query(
        'UPDATE identity_migration.runs SET state = $2, failure = $3, finished_at = CASE WHEN $4 THEN now() END WHERE run = $1',
        [ref.run, state, failure === null ? null : JSON.stringify(failure), ended],
      );
      // An attempt whose COMMIT answer was lost comes again, and finds it done.
      if (rows[0]?.state !== state) await noteEvent(client, ref, eventOf(state, failure, reason));
      await holdEpoch(client, ref);
    }),
  );
}

function eventOf(state: OpenState | ClosedState, failure: Failure | null, reason: string | null): EventNote {
  if (state === 'paused') return { event: 'pause', reason };
  return state === 'running' ? { event: 'resume' } : { event: 'end', state, type: failure?.type ?? null };
}
