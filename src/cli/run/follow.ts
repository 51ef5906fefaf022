import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { RunResult } from '../../contract.ts';
import { CliError } from '../cli-error.ts';
import { ExitCode } from '../exit-code.ts';
import type { ProgressScreen } from '../screen/screen.ts';
import { askProgress } from './ask-progress.ts';
import { mayPass } from './connect.ts';
import { runFailure } from './outcome.ts';

export interface FollowOptions {
  readonly screen: ProgressScreen;
  /** Ends the following, not the run. */
  readonly signal: AbortSignal;
  /** Milliseconds between two looks. */
  readonly every: number;
}

const RETRY_MS = 2_000;

/**
 * Shows a run until it ends, over continue-as-new, absent workers and a Temporal that is away. Returns its result.
 * @throws CliError with the run's failure, or `Interrupted` (exit code 130) on the signal; the run goes on then
 */
export async function followRun(client: Client, handle: WorkflowHandle, options: FollowOptions): Promise<RunResult> {
  const stopped = new AbortController();
  const polling = poll(client, handle, options, stopped.signal);
  try {
    return await Promise.race([untilEnd(client, handle, stopped.signal), interruption(options.signal, handle.workflowId)]);
  } finally {
    stopped.abort();
    await polling;
    options.screen.close();
  }
}

/** Each call has a signal of its own: the client never takes its listener off. */
async function poll(client: Client, handle: WorkflowHandle, { screen, every }: FollowOptions, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const answer = await askProgress(client, handle, AbortSignal.any([stopped]));
    if (answer.kind !== 'nothing' && !stopped.aborted) {
      screen.show(answer);
    }
    await pause(every, stopped);
  }
}

/** Waits for the result with a long poll; a lost connection is tried again until the run's end is known. */
async function untilEnd(client: Client, handle: WorkflowHandle, stopped: AbortSignal): Promise<RunResult> {
  for (;;) {
    try {
      return (await client.withAbortSignal(AbortSignal.any([stopped]), () => handle.result())) as RunResult;
    } catch (error) {
      const failure = runFailure(error, handle.workflowId);
      if (failure !== undefined) {
        throw failure;
      }
      if (stopped.aborted || !mayPass(error)) {
        throw error;
      }
      await pause(RETRY_MS, stopped);
    }
  }
}

function interruption(signal: AbortSignal, workflowId: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void =>
      reject(
        new CliError(
          'Interrupted',
          'no longer watching; the run goes on.',
          `come back with: identity-migrate watch --workflow-id ${workflowId}; stop it with: identity-migrate abort --workflow-id ${workflowId}`,
          ExitCode.Interrupted,
        ),
      );
    if (signal.aborted) {
      stop();
    } else {
      signal.addEventListener('abort', stop, { once: true });
    }
  });
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
