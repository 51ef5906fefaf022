import { ApplicationFailure, condition, continueAsNew, defineQuery, defineSignal, setHandler, sleep } from '@temporalio/workflow';
import type { AbortRequest, PauseRequest, Phase, Progress, RunInput, RunResult } from '../../src/contract.ts';

/** Speaks the contract of a run and moves nothing: the command line is tested against it. Counts to `ROWS`, with one continue-as-new. */
const ROWS = 6;
const HALF = ROWS / 2;

export async function migrateIdentity(input: RunInput | null = {}, begun = 0): Promise<RunResult> {
  let phase: Phase = 'copy';
  let rows = begun;
  let paused = false;
  let abort: AbortRequest | null = null;
  const notices: string[] = [];
  setHandler(defineQuery<Progress>('progress'), () => ({
    run: RUN,
    phase,
    state: paused ? 'paused' : 'running',
    waitingFor: null,
    step: { done: rows, of: ROWS },
    concurrency: input?.concurrency ?? 4,
    rows: { done: rows, of: ROWS },
    bytes: rows,
    seconds: rows,
    secondsLeft: ROWS - rows,
    tables: [],
    notices,
  }));
  setHandler(defineSignal<[PauseRequest?]>('pause'), (request) => {
    paused = true;
    notices.push(`paused: ${request?.reason}`);
  });
  setHandler(defineSignal('resume'), () => {
    paused = false;
  });
  setHandler(defineSignal<[AbortRequest?]>('abort'), (request) => {
    abort = request ?? {};
  });
  if (input?.fresh === true) throw ApplicationFailure.nonRetryable('It is there. Next: leave it.', 'AlreadyMigrated');
  while (rows < ROWS) {
    // A development server takes about a second for it.
    await sleep(100);
    await condition(() => !paused || abort !== null);
    if (abort !== null) throw ApplicationFailure.nonRetryable(`Aborted: ${(abort as AbortRequest).then}. Next: start again.`, 'Aborted');
    rows += 1;
    if (rows === HALF && begun === 0) await continueAsNew<typeof migrateIdentity>(input, rows);
  }
  phase = 'report';
  await sleep(200);
  const users = { table: 'users', source: ROWS, loaded: ROWS, merged: 0, rejected: 0, adjusted: 0, seconds: 4, proof: 'full' as const };
  return { status: 'done', run: RUN, planHash: 'p', tables: [users], seconds: 4, reportPath: '/reports/run.md' };
}

const RUN = '0b1f3c9e-58a4-4d1b-9b0e-0d9a4a3f7c11';
