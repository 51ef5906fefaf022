import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { CliError } from '../cli-error.ts';
import { ExitCode } from '../exit-code.ts';
import type { OwnWorker } from './own-worker.ts';
import { countPollers } from './pollers.ts';

export interface EnsureOptions {
  readonly client: Client;
  readonly taskQueue: string;
  readonly signal: AbortSignal;
  readonly start: () => OwnWorker;
}

const LOOK_MS = 15_000;
const READY_MS = 500;

/**
 * Runs `work` with a worker on the queue: starts one of its own where none polls, at first (before `work`) or because the one that
 * did has gone, and stops it afterwards. Where its own worker ends early it aborts `work`'s signal and rejects with that cause.
 */
export async function withWorker<T>(options: EnsureOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  let own: OwnWorker | undefined;
  let working: Promise<T> | undefined;
  try {
    if ((await countPollers(options.client, options.taskQueue)) === 0) {
      own = options.start();
      await Promise.race([untilPolled(options, signal), own.failed]);
      if (signal.aborted) {
        throw new CliError('Interrupted', 'interrupted before the run was started.', 'run it again.', ExitCode.Interrupted);
      }
    }
    working = work(signal);
    return await Promise.race([working, own?.failed ?? failureOf(options, signal, (started) => (own = started))]);
  } finally {
    over.abort();
    await working?.catch(() => undefined);
    await own?.stop();
  }
}

async function untilPolled({ client, taskQueue }: EnsureOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await countPollers(client, taskQueue)) === 0) {
    await pause(READY_MS, signal);
  }
}

/** Starts a worker once none polls; rejects when that one fails, and never settles otherwise. */
async function failureOf(
  { client, taskQueue, start }: EnsureOptions,
  signal: AbortSignal,
  started: (own: OwnWorker) => void,
): Promise<never> {
  for (;;) {
    await pause(LOOK_MS, signal);
    if (signal.aborted) {
      return new Promise<never>(() => undefined);
    }
    // A Temporal that does not answer says nothing about workers.
    const pollers = await countPollers(client, taskQueue).catch(() => 1);
    if (pollers === 0 && !signal.aborted) {
      const own = start();
      started(own);
      return own.failed;
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
