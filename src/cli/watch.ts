import type { Command } from 'commander';
import { DEFAULT_WORKFLOW_ID } from '../contract.ts';
import { command, readSettings, readTemporal } from './command.ts';
import type { CliContext } from './context.ts';
import { withTemporal } from './run/connect.ts';
import { findRun } from './run/find-run.ts';
import { showRun } from './run/show-run.ts';

interface Options {
  readonly workflowId: string;
  readonly json?: true;
}

export function watchCommand(context: CliContext): Command {
  return command('watch', 'show the progress of a run until it ends, and exit with its outcome; Ctrl-C leaves the run running', [
    'watch',
    'watch --workflow-id rehearsal-3',
  ])
    .option('--workflow-id <ID>', 'Temporal workflow id', DEFAULT_WORKFLOW_ID)
    .action(async (options: Options) => {
      const temporal = readTemporal(readSettings(context), context);
      await withTemporal(temporal, async (client) => {
        const handle = await findRun(client, options.workflowId);
        await showRun(client, handle, context, options.json === true);
      });
    });
}
