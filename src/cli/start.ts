import type { Command } from 'commander';
import { DEFAULT_WORKFLOW_ID } from '../contract.ts';
import { command, readSettings, readTemporal } from './command.ts';
import type { CliContext } from './context.ts';
import { readInput } from './read-input.ts';
import { withTemporal } from './run/connect.ts';
import { countPollers } from './run/pollers.ts';
import { showRun } from './run/show-run.ts';
import { startRun } from './run/start-run.ts';

interface Options {
  readonly input?: string;
  readonly wait?: true;
  readonly workflowId: string;
  readonly json?: true;
}

export function startCommand(context: CliContext): Command {
  return command('start', 'start a run; after one that did not finish, go on with it', [
    'start --wait',
    `start --input '{"dryRun": true}' --wait`,
    'start --input @run.json --json',
  ])
    .option(
      '--input <JSON or @FILE>',
      'one JSON object: dryRun, backup, adopt, fresh, concurrency, verify, maxRejected, allowMissing, reason',
    )
    .option('--wait', 'show live progress and exit with the outcome of the run')
    .option('--workflow-id <ID>', 'Temporal workflow id', DEFAULT_WORKFLOW_ID)
    .action((options: Options) => start(options, context));
}

async function start(options: Options, context: CliContext): Promise<void> {
  const input = readInput(options.input, context.directory);
  const temporal = readTemporal(readSettings(context), context);
  await withTemporal(temporal, async (client) => {
    const { workflowId } = options;
    const handle = await startRun(client, { workflowId, taskQueue: temporal.taskQueue, input });
    const workers = await countPollers(client, temporal.taskQueue);
    if (workers === 0) {
      context.stderr.write(`No worker polls task queue ${temporal.taskQueue}: the run begins once one does. Next: npm run worker\n`);
    }
    if (options.wait === true) {
      await showRun(client, handle, context, options.json === true);
      return;
    }
    const started = { workflowId, runId: handle.firstExecutionRunId, taskQueue: temporal.taskQueue, workers };
    context.stdout.write(
      options.json === true
        ? `${JSON.stringify(started)}\n`
        : `Started workflow ${workflowId} (${handle.firstExecutionRunId}).\nFollow it with: identity-migrate watch${idOption(workflowId)}\n`,
    );
  });
}

function idOption(workflowId: string): string {
  return workflowId === DEFAULT_WORKFLOW_ID ? '' : ` --workflow-id ${workflowId}`;
}
