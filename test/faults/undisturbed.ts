import type { Arena, EndState } from './arena.ts';
import { SIGNALS } from '../../src/contract.ts';
import { differenceOf } from './trial.ts';

export interface Undisturbed {
  readonly state: EndState;
  readonly seconds: { readonly empty: number; readonly finished: number };
}

/** Runs twice without a fault: into an empty target, and over the finished one, which later trials begin with. */
export async function recordUndisturbed(arena: Arena): Promise<Undisturbed> {
  await arena.reset('empty');
  await arena.startWorker();
  const empty = await secondsOf(arena, {});
  const state = await arena.endState();
  await arena.killWorkers();
  await arena.keepAsFinished();
  await arena.startWorker();
  await arena.reset('finished');
  const finished = await secondsOf(arena, { fresh: true });
  const difference = differenceOf(state, await arena.endState());
  if (difference !== 'equal') throw new Error(`Two undisturbed runs do not end the same: ${difference}`);
  return { state, seconds: { empty, finished } };
}

async function secondsOf(arena: Arena, input: { fresh?: boolean }): Promise<number> {
  const started = Date.now();
  await arena.start(input);
  // A resume without a pause is told, and changes nothing.
  await arena.withRun((run) => run.signal(SIGNALS.resume));
  await arena.withRun((run) => run.result());
  return (Date.now() - started) / 1000;
}
