import { mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { TASK_QUEUE } from '../../contract.ts';
import { loadAuthorization, loadCommonOltp } from '../load.ts';
import { PROJECT_DIRECTORY } from '../local-directory.ts';
import type { ServerSet } from '../servers/server-set.ts';
import { runCli } from './command-line.ts';
import { type DemoServers, startDemoServers, TARGET_DATABASE } from './demo-servers.ts';
import { childEnvironment, demoVariables, writeEnvironmentFile } from './environment.ts';
import { unlessInterrupted } from './interruption.ts';
import type { DemoOptions } from './options.ts';
import { makeSample, type Sample } from './sample.ts';
import { Steps } from './steps.ts';
import { tellOutcome } from './tell-outcome.ts';
import { startWorker, untilPolling } from './worker.ts';

/** Runs the whole demo on servers that it adds to `servers`, which the caller stops. True when the outcome is as it must be. */
export async function demonstrate(options: DemoOptions, servers: ServerSet, signal: AbortSignal): Promise<boolean> {
  const steps = new Steps();
  const step = <T>(what: string, work: () => Promise<T>): Promise<T> => steps.run(what, () => unlessInterrupted(signal, work()));
  // Not raced against the interruption: what is starting has to be up before it can be stopped.
  const started = await steps.run('Started PostgreSQL (source and target), MariaDB or MySQL, and Temporal', () =>
    startDemoServers(servers),
  );
  signal.throwIfAborted();
  steps.say(`Temporal Web UI: ${started.temporal.uiUrl ?? ''}`);

  const directory = servers.directory;
  const sampleDirectory = join(directory, 'sample');
  mkdirSync(sampleDirectory);
  const { users, seed } = options;
  const sample = await step(`Made sample legacy dumps of ${users} users`, () => makeSample({ users, seed, directory: sampleDirectory }));

  const env = environmentOf(directory, started);
  const worker = servers.add(startWorker(join(directory, 'worker'), env));
  try {
    await step('Loaded the dumps with psql and mysql', () => load(started, sample, signal));
    await step('Started a worker', () => untilPolling(worker, started.temporal.address, TASK_QUEUE));
    const good = await migrate({ directory, env, started, sample, steps, signal });
    steps.say(`Reports: ${join(directory, 'reports')}`);
    steps.say(`The demo took ${steps.total()}.`);
    if (options.keep) await keepUp(directory, started, signal);
    return good;
  } finally {
    // What an interrupted worker has in hand is thrown away anyway.
    await (signal.aborted ? worker.kill9() : worker.stop());
  }
}

interface Stage {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly started: DemoServers;
  readonly sample: Sample;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** Starts the migration through the command line, follows it to its end and checks what it did. */
async function migrate({ directory, env, started, sample, steps, signal }: Stage): Promise<boolean> {
  const exitCode = await runCli(['start', '--wait'], directory, env, signal);
  if (exitCode !== 0) {
    steps.say(`The migration ended with exit code ${exitCode}. The worker's log: ${join(directory, 'worker', 'worker.log')}`);
    return false;
  }
  return await tellOutcome(started.target.url(TARGET_DATABASE), sample.manifest);
}

function environmentOf(directory: string, { target, commonOltp, authorization, temporal }: DemoServers): NodeJS.ProcessEnv {
  const urls = { target: target.url(TARGET_DATABASE), commonOltp: commonOltp.url('common_oltp_db'), authorization: authorization.url() };
  const variables = demoVariables(directory, urls, temporal);
  writeEnvironmentFile(directory, variables);
  return childEnvironment(variables, target.binDirectory);
}

async function load(started: DemoServers, sample: Sample, signal: AbortSignal): Promise<void> {
  await Promise.all([
    loadCommonOltp(started.commonOltp, sample.commonOltpDump, signal),
    loadAuthorization(started.authorization, sample.authorizationDump),
  ]);
}

async function keepUp(directory: string, { temporal, target, commonOltp, authorization }: DemoServers, signal: AbortSignal): Promise<void> {
  console.error(
    [
      '',
      'The servers stay up until Ctrl-C, on 127.0.0.1:',
      `  target PostgreSQL ${target.port}, common_oltp PostgreSQL ${commonOltp.port}, authorization_db ${authorization.port}`,
      `  Temporal ${temporal.address}, its Web UI ${temporal.uiUrl ?? ''}`,
      `  ${join(directory, '.env')} names them all; commands run in that directory use them:`,
      `  cd ${directory} && ${join(PROJECT_DIRECTORY, 'bin', 'identity-migrate.js')} runs`,
    ].join('\n'),
  );
  if (!signal.aborted) await once(signal, 'abort');
}
