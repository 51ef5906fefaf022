import { condition, workflowInfo } from '@temporalio/workflow';
import type { ChunkRef, TableStatus } from '../activities/types.ts';
import { CopyWork, PAGE_SIZE } from './copy-work.ts';
import { failsTable, runFailure, seen } from './failure.ts';
import { nextMove } from './next-move.ts';
import type { RunContext } from './run-context.ts';
import { runStep } from './run-steps.ts';
import { StepWork } from './step-work.ts';

/** Tables planned ahead of the copy: planning is short, but it must not hold up the pipeline. */
const PLAN_AHEAD = 2;

/**
 * Copies these tables: at most `concurrency` chunks in flight over all of them. Tables that have landed are proved beside, in up to half
 * of these places; what is left of that when the last table lands is left to the list of proofs. Returns `continue` where Temporal
 * suggests a fresh history. A table that fails does not stop the others; the failure names each once all have ended.
 */
export async function copyTables(run: RunContext, tables: readonly TableStatus[]): Promise<'copied' | 'continue'> {
  const { activities, control, ref } = run;
  const work = new CopyWork(tables);
  const proofs = new StepWork({ steps: [], parallel: null }, () => Math.max(1, Math.floor(control.concurrency / 2)));
  let unproved: unknown;
  let stop: unknown;
  let changed = false;
  let pending = 0;

  /** Starts something that may end at any time; an error that is no table's own stops the run, once all that runs has ended. */
  const start = (table: string, doing: () => Promise<void>): void => {
    pending += 1;
    doing()
      .catch(async (error: unknown) => {
        const failure = seen(error);
        if (failsTable(failure)) {
          work.failed(table, failure);
          run.progress.failed(table);
          await run.patiently(`fail ${table}`, () => activities.failTable(ref, table, failure));
        } else {
          stop ??= error;
        }
      })
      .catch((error: unknown) => (stop ??= error))
      .finally(() => {
        pending -= 1;
        changed = true;
      });
  };

  /** What is not as it was sent fails the run once the other tables have landed. */
  const startProof = (step: string): void => {
    pending += 1;
    runStep(run, 'proof', step)
      .then(() => proofs.finished(step))
      .catch((error: unknown) => {
        proofs.failed();
        if (seen(error).type === 'VerificationFailed') unproved ??= error;
        else stop ??= error;
      })
      .finally(() => {
        pending -= 1;
        changed = true;
      });
  };

  const copyOne = async (chunk: ChunkRef): Promise<void> => {
    try {
      const now = Date.now();
      run.progress.started(chunk, now);
      const summary = run.progress.summaryOf(chunk, now);
      const done = await run.patiently(`copy ${chunk.table} ${chunk.chunk}`, () =>
        activities.copyChunk.executeWithOptions({ ...run.activityOptions, summary }, [ref, chunk]),
      );
      run.progress.landed(done, Date.now());
    } finally {
      work.landed(chunk);
    }
  };

  const copySmall = async (table: string): Promise<void> => {
    try {
      run.progress.started({ table }, Date.now());
      const small = await run.patiently(`copy ${table}`, () => activities.copySmallTable(ref, table, PAGE_SIZE));
      run.progress.planned(table, small.chunks);
      small.landed.forEach((done) => run.progress.landed(done, Date.now()));
      proofs.add(small.proofs);
      work.endSmall(table, small.left);
      if (small.left === null) run.progress.copied(table);
    } finally {
      work.landed({ table });
    }
  };

  const startWhatMayStart = (): void => {
    for (let table = work.takeUnplanned(PLAN_AHEAD); table !== null; table = work.takeUnplanned(PLAN_AHEAD)) {
      const name = table;
      start(name, async () => {
        const planned = await run.patiently(`plan ${name}`, () => activities.planChunks(ref, name, PAGE_SIZE));
        // Histories of workers that gave no first page have the bare number here.
        const { chunks, first } = typeof planned === 'number' ? { chunks: planned as number, first: null } : planned;
        run.progress.planned(name, chunks);
        work.planned(name, first);
      });
    }
    for (let page = work.takePage(); page !== null; page = work.takePage()) {
      const { table, after } = page;
      start(table, async () => {
        work.fetched(table, await run.patiently(`page ${table}`, () => activities.nextChunks(ref, table, after, PAGE_SIZE)));
      });
    }
    while (work.inFlight + proofs.running < control.concurrency) {
      const step = work.over ? null : proofs.take();
      const chunk = step === null ? work.takeChunk() : null;
      const small = step === null && chunk === null ? work.takeSmall() : null;
      if (step !== null) startProof(step);
      else if (chunk !== null) start(chunk.table, () => copyOne(chunk));
      else if (small !== null) start(small, () => copySmall(small));
      else break;
    }
    for (let table = work.takeFinished(); table !== null; table = work.takeFinished()) {
      const name = table;
      start(name, async () => {
        const steps = await run.patiently(`finish ${name}`, () => activities.finishTable(ref, name));
        // Histories of workers that knew of no early proofs have none here.
        proofs.add((steps as typeof steps | undefined) ?? []);
        work.finished(name);
        run.progress.copied(name);
      });
    }
  };

  for (;;) {
    const { paused, concurrency } = control;
    const drain = stop !== undefined || workflowInfo().continueAsNewSuggested;
    if (!drain && !paused) startWhatMayStart();
    switch (nextMove({ running: pending, over: work.over, failed: stop !== undefined, drain, paused })) {
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
        if (work.failures.size > 0) throw tablesFailed(work.failures);
        if (unproved !== undefined) throw unproved;
        return 'copied';
    }
  }
}

function tablesFailed(failures: CopyWork['failures']): Error {
  const onlyRejected = [...failures.values()].every((failure) => failure.type === 'TooManyRejected');
  const causes = [...failures].map(([table, failure]) => `${table}: ${failure.message}`);
  return runFailure(
    onlyRejected ? 'TooManyRejected' : 'TableFailed',
    `${failures.size} of the tables failed; the others are copied. ${causes.join(' | ')} Next: mend the cause and start again, only what is missing is copied.`,
  );
}
