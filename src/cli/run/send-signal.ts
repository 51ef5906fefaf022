import { command, readSettings, readTemporal } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withTemporal } from './connect.ts';
import { findOpenRun } from './find-run.ts';
import type { Command } from 'commander';
import { DEFAULT_WORKFLOW_ID } from '../../contract.ts';

export interface SignalOptions {
  readonly workflowId: string;
  readonly json?: true;
}

/** A command that steers a run: the options that all of these have. */
export function steeringCommand(name: string, description: string, examples: readonly string[]): Command {
  return command(name, description, examples).option('--workflow-id <ID>', 'Temporal workflow id', DEFAULT_WORKFLOW_ID);
}

/** Sends one signal to the open run and says what happens next. */
export async function sendSignal(
  context: CliContext,
  options: SignalOptions,
  signal: string,
  payload: object,
  effect: string,
): Promise<void> {
  const temporal = readTemporal(readSettings(context), context);
  await withTemporal(temporal, async (client) => {
    const handle = await findOpenRun(client, options.workflowId);
    await handle.signal(signal, payload);
  });
  const { workflowId } = options;
  context.stdout.write(
    options.json === true ? `${JSON.stringify({ workflowId, signal, sent: true })}\n` : `Sent ${signal} to ${workflowId}: ${effect}\n`,
  );
}
