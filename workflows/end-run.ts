import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type { FailureType } from '../src/failures.ts';
import { activitiesWith } from './activities.ts';
import type { Control } from './control.ts';
import { runFailure, seen } from './failure.ts';
import { patiently, type Waiting } from './patience.ts';
import type { RunContext } from './run-context.ts';

/** How far the workflow has come. */
export interface Way {
  /** The lock was asked for: the ledger may say that it is ours, though the answer never came. */
  asked: boolean;
  run: RunContext | null;
}

const NOTHING_BEGUN = 'this start had begun nothing; an unfinished run before it is left as it is.';

/** Tells the ledger how the run ended, and ends the workflow the same way: Aborted, Canceled, or with its failure. Never returns. */
export async function endRun(error: unknown, way: Way, control: Control, waiting: Waiting): Promise<never> {
  if (control.abort !== null) {
    const outcome = await abortRun(way, control.abort.then ?? 'leave', waiting);
    throw runFailure('Aborted', `Aborted${control.abort.reason === undefined ? '' : ` (${control.abort.reason})`}: ${outcome}`);
  }
  if (isCancellation(error)) {
    await abortRun(way, 'leave', waiting);
    throw error;
  }
  const failure = seen(error);
  const type: FailureType = failure.type === 'Unknown' || failure.type === 'NoWorker' ? 'TableFailed' : failure.type;
  if (way.asked) {
    const ref = way.run?.ref ?? null;
    await tell(() => activitiesOf(way).fail(ref, { type, message: failure.message }, workflowInfo().firstExecutionRunId));
  }
  throw runFailure(type, failure.message);
}

/** What was there before can be brought back only by a target that answers: `restore` waits for it. `leave` needs nobody. */
async function abortRun(way: Way, then: 'leave' | 'restore', waiting: Waiting): Promise<string> {
  if (!way.asked) return NOTHING_BEGUN;
  const abort = () => activitiesOf(way).abort(way.run?.ref ?? null, then, workflowInfo().firstExecutionRunId);
  try {
    return (await (then === 'leave' ? abort() : patiently(waiting, 'restore', abort))) ?? NOTHING_BEGUN;
  } catch (error) {
    const failure = seen(error);
    if (failure.type === 'RestoreFailed') throw runFailure('RestoreFailed', failure.message);
    return `the ledger could not be told (${failure.message}); the next start goes on from what it says.`;
  }
}

function activitiesOf({ run }: Way) {
  return run?.activities ?? activitiesWith();
}

/** The ledger is told if it can be: where the target is away, the next start finds a run whose holder is gone, and takes it over. */
async function tell(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch {
    // The run's own failure is the one to show.
  }
}
