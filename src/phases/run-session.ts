import type pg from 'pg';
import { applicationName, type RunRef } from '../db/ledger/fence.ts';
import { checkKnowsRun } from '../db/ledger/run-facts.ts';
import { withPostgres } from '../db/postgres/session.ts';
import type { FailureType } from '../failures.ts';
import type { Attempt, Engine } from './engine.ts';

/**
 * A session on the target for a run's work: named after run and epoch, so that a takeover or the run's end can end it, and ended by the
 * attempt's cancellation. Throws WrongWorker before any work where this worker's target does not know the run.
 */
export function withRun<T>(
  engine: Engine,
  ref: RunRef,
  fallback: FailureType,
  attempt: Attempt,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const session = { applicationName: applicationName(ref), signal: attempt.signal, fallback, again: true };
  return withPostgres(engine.databases.target, session, async (client) => {
    await checkKnowsRun(client, ref);
    return work(client);
  });
}
