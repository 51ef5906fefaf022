import { endOldSessions, lastEpoch } from '../db/ledger/acquire.ts';
import { holdEpoch, lockRun, type RunRef } from '../db/ledger/fence.ts';
import { transaction } from '../db/postgres/transaction.ts';
import type { Attempt, Engine } from './engine.ts';
import { withRun } from './run-session.ts';
import { restoreBefore } from './restore-before.ts';

type OpenState = 'running' | 'paused';
type ClosedState = 'failed' | 'aborted' | 'closed';

/** Shows a pause, or its end, in the ledger. */
export function setRunState(engine: Engine, ref: RunRef, state: OpenState, attempt: Attempt): Promise<void> {
  return change(engine, ref, attempt, state, null);
}

/** The run failed: a new start resumes it. `chain` is the first execution's id of the workflow that holds the run. */
export async function failRun(
  engine: Engine,
  ref: RunRef,
  failure: { readonly type: string; readonly message: string },
  chain: string,
  attempt: Attempt,
): Promise<void> {
  await change(engine, await endWork(engine, ref, chain, attempt), attempt, 'failed', failure);
}

/** Ends the run as chosen, and says how: `leave` (a new start resumes it) or `restore` (what the run's first start found). */
export async function abortRun(engine: Engine, ref: RunRef, then: 'leave' | 'restore', chain: string, attempt: Attempt): Promise<string> {
  const last = await endWork(engine, ref, chain, attempt);
  if (then === 'leave') {
    await change(engine, last, attempt, 'aborted', null);
    return 'what has landed is left as it is; a new start goes on from there.';
  }
  const outcome = await restoreBefore(engine, last, attempt);
  await change(engine, last, attempt, 'closed', null);
  return outcome;
}

/**
 * Whatever still works for the run can commit no more, and its statements are ended on the target: a cancelled activity learns of it
 * with its next heartbeat only, and one on a frozen worker never.
 */
async function endWork(engine: Engine, ref: RunRef, chain: string, attempt: Attempt): Promise<RunRef> {
  return withRun(engine, ref, 'TargetUnreachable', attempt, async (client) => {
    const last = await transaction(client, {}, () => lastEpoch(client, ref, chain));
    await endOldSessions(client, last);
    return last;
  });
}

async function change(engine: Engine, ref: RunRef, attempt: Attempt, state: OpenState | ClosedState, failure: unknown): Promise<void> {
  await withRun(engine, ref, 'TargetUnreachable', attempt, (client) =>
    transaction(client, {}, async () => {
      await lockRun(client, ref);
      const ended = state !== 'running' && state !== 'paused';
      await client.query(
        'UPDATE identity_migration.runs SET state = $2, failure = $3, finished_at = CASE WHEN $4 THEN now() END WHERE run = $1',
        [ref.run, state, failure === null ? null : JSON.stringify(failure), ended],
      );
      await holdEpoch(client, ref);
    }),
  );
}
