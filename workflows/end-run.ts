import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type { FailureType } from '../src/failures.ts';
import type { Control } from './control.ts';
import { runFailure, seen } from './failure.ts';
import type { RunContext } from './run-context.ts';

/** Tells the ledger how the run ended, and ends the workflow the same way: Aborted, Canceled, or with its failure. Never returns. */
export async function endRun(error: unknown, run: RunContext | null, control: Control): Promise<never> {
  if (control.abort !== null) {
    const then = control.abort.then ?? 'leave';
    const outcome = run === null ? 'nothing had been begun.' : await abortRun(run, then);
    throw runFailure('Aborted', `Aborted${control.abort.reason === undefined ? '' : ` (${control.abort.reason})`}: ${outcome}`);
  }
  if (isCancellation(error)) {
    if (run !== null) await abortRun(run, 'leave');
    throw error;
  }
  const failure = seen(error);
  const type: FailureType = failure.type === 'Unknown' || failure.type === 'NoWorker' ? 'TableFailed' : failure.type;
  if (run !== null) await tell(() => run.activities.fail(run.ref, { type, message: failure.message }, workflowInfo().firstExecutionRunId));
  throw runFailure(type, failure.message);
}

/** What was there before can be brought back only by a target that answers: `restore` waits for it. `leave` needs nobody. */
async function abortRun(run: RunContext, then: 'leave' | 'restore'): Promise<string> {
  const abort = () => run.activities.abort(run.ref, then, workflowInfo().firstExecutionRunId);
  try {
    return await (then === 'leave' ? abort() : run.patiently('restore', abort));
  } catch (error) {
    const failure = seen(error);
    if (failure.type === 'RestoreFailed') throw runFailure('RestoreFailed', failure.message);
    return `the ledger could not be told (${failure.message}); the next start goes on from what it says.`;
  }
}

/** The ledger is told if it can be: where the target is away, the next start finds a run whose holder is gone, and takes it over. */
async function tell(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch {
    // The run's own failure is the one to show.
  }
}
