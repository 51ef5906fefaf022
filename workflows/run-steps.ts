import { condition, workflowInfo } from '@temporalio/workflow';
import type { SteppedPhase } from '../activities/types.ts';
import type { RunContext } from './run-context.ts';

/**
 * Runs the steps of a phase that the ledger lists, each an activity of its own, so that pause and abort take effect before the next
 * statement. A step starts once those it comes after are done. Returns `continue` where Temporal suggests a fresh history.
 */
export async function runSteps(run: RunContext, phase: SteppedPhase): Promise<'done' | 'continue'> {
  const { activities, control, ref } = run;
  const { steps, parallel } = await run.patiently(phase, () => activities.listSteps(ref, phase));
  const done = new Set(steps.filter((step) => step.done).map((step) => step.step));
  const open = steps.filter((step) => !step.done);
  let stop: unknown;
  let running = 0;
  let changed = false;
  run.progress.stepped({ done: done.size, of: steps.length });

  const start = (step: string): void => {
    running += 1;
    run
      .patiently(step, () => activities.runStep.executeWithOptions({ ...run.activityOptions, summary: step }, [ref, { phase, step }]))
      .then(() => {
        done.add(step);
        run.progress.stepped({ done: done.size, of: steps.length });
      })
      .catch((error: unknown) => (stop ??= error))
      .finally(() => {
        running -= 1;
        changed = true;
      });
  };

  while (done.size < steps.length) {
    const drain = stop !== undefined || workflowInfo().continueAsNewSuggested;
    while (!drain && !control.paused && running < parallel) {
      const ready = open.findIndex((step) => step.after.every((before) => done.has(before)));
      if (ready === -1) break;
      start(open.splice(ready, 1)[0]!.step);
    }
    if (running > 0) {
      const { paused } = control;
      changed = false;
      await condition(() => changed || control.paused !== paused);
    } else if (stop !== undefined) {
      throw stop;
    } else if (drain) {
      return 'continue';
    } else if (control.paused) {
      await run.restWhilePaused();
    } else if (done.size < steps.length) {
      throw new RangeError(`The steps of ${phase} wait for each other in a circle`);
    }
  }
  return 'done';
}
