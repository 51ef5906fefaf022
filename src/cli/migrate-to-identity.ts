/** `npm run db:migrate-to-identity`: start and wait, against the environment's databases, with a worker of its own where none polls. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { databaseUrls } from '../config.ts';
import { DEFAULT_WORKFLOW_ID } from '../contract.ts';
import { CliError } from './cli-error.ts';
import { command, readSettings, readTemporal } from './command.ts';
import type { CliContext } from './context.ts';
import { processContext } from './context.ts';
import { runProgram } from './program.ts';
import { readInput } from './read-input.ts';
import { withTemporal } from './run/connect.ts';
import { withWorker } from './run/ensure-worker.ts';
import { startOwnWorker } from './run/own-worker.ts';
import { showRun } from './run/show-run.ts';
import { startRun } from './run/start-run.ts';

interface Options {
  readonly input?: string;
  readonly workflowId: string;
  readonly json?: true;
}

function migrateCommand(context: CliContext): Command {
  return command('db:migrate-to-identity', 'start a run and wait for it; starts a worker of its own where none polls the queue', [])
    .option('--input <JSON or @FILE>', 'one JSON object, as for identity-migrate start')
    .option('--workflow-id <ID>', 'Temporal workflow id', DEFAULT_WORKFLOW_ID)
    .action((options: Options) => migrate(options, context));
}

async function migrate(options: Options, context: CliContext): Promise<void> {
  const input = readInput(options.input, context.directory);
  const settings = readSettings(context);
  const databases = databaseUrls(settings.config);
  const temporal = readTemporal(settings, context);
  for (const database of Object.values(databases)) {
    context.stderr.write(`${database.name}: ${database.description}\n`);
  }
  const start = () => {
    const worker = startOwnWorker({
      directory: resolve(context.directory, settings.config.reportDir),
      variables: context.variables,
      workingDirectory: context.directory,
    });
    context.stderr.write(`No worker polls task queue ${temporal.taskQueue}: started one. Its log: ${worker.logPath}\n`);
    return worker;
  };
  await withTemporal(temporal, async (client) => {
    const { taskQueue } = temporal;
    await withWorker({ client, taskQueue, signal: context.signal, start }, async (signal) => {
      const handle = await startRun(client, { workflowId: options.workflowId, taskQueue, input });
      try {
        await showRun(client, handle, { ...context, signal }, options.json === true);
      } catch (error) {
        throw error instanceof CliError && error.type === 'Interrupted' ? interrupted(error, options.workflowId) : error;
      }
    });
  });
}

function interrupted(error: CliError, workflowId: string): CliError {
  return new CliError(
    error.type,
    'no longer watching; the run waits in Temporal for a worker.',
    `npm run worker, then: identity-migrate watch --workflow-id ${workflowId}; or end it with: identity-migrate abort --workflow-id ${workflowId}`,
    error.exitCode,
  );
}

const context = processContext();
process.exitCode = await runProgram(migrateCommand(context), process.argv.slice(2), context);
