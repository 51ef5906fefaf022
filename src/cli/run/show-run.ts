import type { Client, WorkflowHandle } from '@temporalio/client';
import type { CliContext } from '../context.ts';
import { lookEvery, progressScreen } from '../screen/progress-screen.ts';
import { resultSummary } from '../screen/summary.ts';
import { followRun } from './follow.ts';

/** Follows a run to its end and prints what it did: the summary, or with `json` the workflow's result. Throws CliError as `followRun` does. */
export async function showRun(client: Client, handle: WorkflowHandle, context: CliContext, json: boolean): Promise<void> {
  const result = await followRun(client, handle, {
    screen: progressScreen(context.stderr),
    signal: context.signal,
    every: lookEvery(context.stderr),
  });
  context.stdout.write(json ? `${JSON.stringify(result)}\n` : resultSummary(result));
}
