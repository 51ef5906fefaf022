import {
  CancelledFailure,
  CancellationScope,
  continueAsNew,
  defineQuery,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunRef, RunStatus } from '../activities/types.ts';
import { PHASES, QUERIES, type Phase, type Progress, type RunInput, type RunResult } from '../src/contract.ts';
import { parseArguments } from '../src/input.ts';
import { activitiesWith } from './activities.ts';
import { Control, withClearFailure, type Wishes } from './control.ts';
import { copyAndProve } from './copy-and-prove.ts';
import { renderDetails } from './details.ts';
import { endRun, type Way } from './end-run.ts';
import { patiently, Waiting } from './patience.ts';
import { RunContext } from './run-context.ts';
import { RunProgress } from './run-progress.ts';
import { runSteps } from './run-steps.ts';

/** What continue-as-new hands to the next history. Nobody else may: a start that brings it is refused. */
interface Carried extends Wishes, RunRef {
  readonly phase: Phase;
}

const progressQuery = defineQuery<Progress>(QUERIES.progress);

/** Moves the identity data of both sources into the target: the runbook of the migration, phase by phase. */
export async function migrateIdentity(...args: unknown[]): Promise<RunResult> {
  const control = new Control();
  const progress = new RunProgress(Date.now());
  const waiting = new Waiting();
  const view = () => progress.view(Date.now(), control.wishes, waiting.first, control.notices);
  setHandler(progressQuery, view, { description: 'Phase, state, rows, speed and time left, over all and per table.' });
  control.listen();
  // The Web UI shows what was set last: it follows every change, and costs no history.
  progress.onChange = control.onChange = waiting.onChange = () => setCurrentDetails(renderDetails(view()));
  progress.onChange();

  const carried = workflowInfo().continuedFromExecutionRunId === undefined ? null : (args[1] as Carried);
  const given = withClearFailure(() => parseArguments(carried === null ? args : args.slice(0, 1)));
  if (carried !== null) {
    control.carryOn(carried);
    progress.rejoin(carried);
  } else control.concurrency = given.concurrency ?? control.concurrency;

  const way: Way = { asked: carried !== null, run: null };
  const end = (error: unknown) => {
    progress.aborting = control.abort !== null || isCancellation(error);
    return CancellationScope.nonCancellable(() => endRun(error, way, control, waiting));
  };
  let next: 'continue' | RunResult;
  try {
    next = await control.scope.run(async () => {
      const started = await begin(given, carried, way, control, progress, waiting);
      if (!(started instanceof RunContext)) return started;
      way.run = started;
      return walk(started);
    });
  } catch (error) {
    return end(error);
  }
  if (next !== 'continue') return next;
  // Where nothing was waited for since, nothing has thrown it: a fresh history would never hear of a cancel.
  if (control.scope.consideredCancelled) return end(new CancelledFailure('The run was cancelled'));
  return continueAsNew<typeof migrateIdentity>(given, { ...way.run!.ref, ...control.wishes, phase: progress.phase } satisfies Carried);
}

/** Preflight and lock; or, after continue-as-new, the run as the ledger knows it. A dry run ends here, with the prediction. */
async function begin(
  given: RunInput,
  carried: Carried | null,
  way: Way,
  control: Control,
  progress: RunProgress,
  waiting: Waiting,
): Promise<RunContext | RunResult> {
  const activities = activitiesWith();
  let status: RunStatus;
  /** The gate while there is no ledger yet to tell. */
  const gate = async (): Promise<void> => {
    progress.rest(control.paused);
    await control.whilePaused();
    progress.rest(false);
  };
  if (carried === null) {
    await gate();
    const preflight = await activities.preflight(given);
    preflight.notices.forEach((notice) => control.notice(notice));
    if (preflight.prediction !== null) return preflight.prediction;
    await gate();
    progress.enter('lock');
    way.asked = true;
    status = await patiently(waiting, 'lock', () => activities.lock({ given, preflight, chain: workflowInfo().firstExecutionRunId }));
    control.begin(status.options.concurrency);
  } else {
    status = await patiently(waiting, 'rejoin', () => activities.rejoin({ run: carried.run, epoch: carried.epoch }));
  }
  if (status.notice !== null) {
    control.headline(status.notice);
    control.notice(`It goes on in ${status.phase}.`);
  }
  progress.adopt(status);
  return new RunContext(status, control, progress, waiting);
}

/** From the phase that the ledger names to the end. */
async function walk(run: RunContext): Promise<RunResult | 'continue'> {
  const { activities, ref } = run;
  const isPast = (phase: Phase) => PHASES.indexOf(run.status.phase) > PHASES.indexOf(phase);

  for (const phase of ['backup', 'drop', 'create'] as const) {
    if (isPast(phase)) continue;
    await enter(run, phase);
    await run.patiently(phase, () => activities[phase](ref));
  }
  if (!isPast('copy')) {
    await enter(run, 'copy');
    run.progress.copyBegins(Date.now());
    if ((await copyAndProve(run)) === 'continue') return 'continue';
    await run.patiently('end of copy', () => activities.endCopy(ref));
  }
  for (const phase of ['reconcile', 'constrain', 'verify'] as const) {
    if (isPast(phase)) continue;
    await enter(run, phase);
    if ((await runSteps(run, phase)) === 'continue') return 'continue';
    await run.patiently(`end of ${phase}`, () => activities.endSteps(ref, phase));
  }
  await enter(run, 'report');
  const result = await run.patiently('report', () => activities.report(ref));
  run.progress.enter('unlock');
  await run.patiently('unlock', () => activities.unlock(ref, result));
  run.progress.finished();
  return result;
}

/** The gate before each phase. */
async function enter(run: RunContext, phase: Phase): Promise<void> {
  run.progress.enter(phase);
  log.info(`${phase} begins`, { run: run.ref.run, phase });
  await run.restWhilePaused();
}
