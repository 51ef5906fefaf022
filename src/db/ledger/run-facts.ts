import type pg from 'pg';
import { MigrationError } from '../../failures.ts';
import { errorCode } from '../errors.ts';
import type { RunOptions } from '../../contract.ts';
import { holdEpoch, type RunRef } from './fence.ts';

/** What a run began with and keeps. */
export interface RunFacts {
  readonly planHash: string;
  readonly fingerprints: Readonly<Record<string, string>>;
  /** Source tables and columns of `allowMissing` that were not there when the run began. */
  readonly absent: readonly string[];
  readonly input: RunOptions;
}

/** Reads the run's facts for a worker whose plan hash is `planHash`. Throws WrongWorker for a worker with another plan or another target. */
export async function readRunFacts(
  client: pg.ClientBase,
  ref: RunRef,
  planHashFor: (allowMissing: readonly string[]) => string,
): Promise<RunFacts> {
  const { rows } = await client.query<RunFacts & { epoch: number }>(
    `SELECT plan_hash AS "planHash", fingerprints, absent, input, epoch FROM identity_migration.runs WHERE run = $1`,
    [ref.run],
  );
  const facts = rows[0];
  if (facts === undefined) throw unknownRun(ref);
  if (facts.epoch !== ref.epoch) await holdEpoch(client, ref);
  if (facts.planHash !== planHashFor(facts.input.allowMissing)) {
    throw new MigrationError('WrongWorker', {
      message: 'This worker has another plan than the run began with.',
      next: 'run workers of one version; another worker takes the task meanwhile.',
    });
  }
  return facts;
}

/** SQLSTATEs of a ledger that is not there, and of one that is somebody else's. */
const NO_LEDGER = new Set(['42P01', '3F000', '42501']);

/** Throws WrongWorker where this target has no ledger of ours, or one without this run: an empty answer must not count as an answer. */
export async function checkKnowsRun(client: pg.ClientBase, ref: RunRef): Promise<void> {
  try {
    const { rowCount } = await client.query('SELECT FROM identity_migration.runs WHERE run = $1', [ref.run]);
    if (rowCount === 1) return;
  } catch (error) {
    if (!NO_LEDGER.has(errorCode(error))) throw error;
  }
  throw unknownRun(ref);
}

function unknownRun(ref: RunRef): MigrationError {
  return new MigrationError('WrongWorker', {
    message: `a worker with the run's databases: the target of the one that took the task does not know run ${ref.run}.`,
    next: 'give the worker the same IDENTITY_DB_URL as the others; another worker takes the task meanwhile.',
  });
}

/** Throws WrongWorker where a session of this worker reads another database than the run began with. */
export function checkFingerprint(facts: RunFacts, source: string, fingerprint: string): void {
  if (facts.fingerprints[source] === fingerprint) return;
  throw new MigrationError('WrongWorker', {
    message: `This worker's source ${source} is another database than the run began with.`,
    next: `give the worker the same source URLs as the others; another worker takes the task meanwhile.`,
  });
}
