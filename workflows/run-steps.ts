import { condition, workflowInfo } from '@temporalio/workflow';
import type { SteppedList } from '../activities/types.ts';
import { nextMove } from './next-move.ts';
import type { RunContext } from './run-context.ts';
import { StepWork } from './step-work.ts';

/** One step, for as long as it takes. */
export function runStep(run: RunContext, list: SteppedList, step: string): Promise<void> {
  const { activities, activityOptions, ref } = run;
  return run.patiently(step, () => activities.runStep.executeWithOptions({ ...activityOptions, summary: step }, [ref, { list, step }]));
}

/**
 * Runs the steps that the ledger lists, each an activity of its own, so that pause and abort take effect before the next
 * statement. A step starts once those it comes after are done. Returns `continue` where Temporal suggests a fresh history.
 */
export async function runSteps(run: RunContext, list: SteppedList): Promise<'done' | 'continue'> {
  const { activities, control, ref } = run;
  const work = new StepWork(await run.patiently(list, () => activities.listSteps(ref, list)), () => control.concurrency);
  let stop: unknown;
  let changed = false;
  run.progress.stepped({ done: work.done, of: work.of });

  const start = (step: string): void => {
    runStep(run, list, step)
      .then(() => {
        work.finished(step);
        run.progress.stepped({ done: work.done, of: work.of });
      })
      .catch((error: unknown) => {
        work.failed();
        stop ??= error;
      })
      .finally(() => (changed = true));
  };

  for (;;) {
    const { paused, concurrency } = control;
    const drain = stop !== undefined || workflowInfo().continueAsNewSuggested;
    if (!drain && !paused) for (let step = work.take(); step !== null; step = work.take()) start(step);
    switch (nextMove({ running: work.running, over: work.over, failed: stop !== undefined, drain, paused })) {
      case 'wait':
        changed = false;
        await condition(() => changed || control.paused !== paused || control.concurrency > concurrency);
        break;
      case 'rest':
        await run.restWhilePaused();
        break;
      case 'fail':
        throw stop;
      case 'continue':
        return 'continue';
      case 'done':
        return 'done';
    }
  }
}
