import type { PostgresServer } from '../../../src/local/servers/postgres.ts';
import { ask } from './ask.ts';

/** Seconds that `work` takes, from a fresh checkpoint of the target on: no load pays for the one before. */
export async function secondsFromCheckpoint(target: PostgresServer, work: () => Promise<unknown>): Promise<number> {
  await ask(target.url(), 'CHECKPOINT');
  return secondsOf(work);
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}
