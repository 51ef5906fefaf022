import { ask } from './ask.ts';
import { cpuBetween, cpuSeconds } from './cpu-clock.ts';
import type { LegacyServers } from './legacy-servers.ts';

export interface Timed {
  readonly seconds: number;
  /** CPU seconds of each server and of the clients: of this process with its children, unless others were named. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Time that `work` takes, from a fresh checkpoint of the target on: no load pays for the one before. */
export async function timedFromCheckpoint(
  servers: LegacyServers,
  work: () => Promise<unknown>,
  client: readonly number[] = [process.pid],
): Promise<Timed> {
  await ask(servers.target.url(), 'CHECKPOINT');
  const roots = { client, source: [servers.source.pid], mysql: [servers.mysql.pid], target: [servers.target.pid] };
  const before = cpuSeconds(roots);
  const seconds = await secondsOf(work);
  return { seconds, figures: cpuBetween(before, cpuSeconds(roots)) };
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}
