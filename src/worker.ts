/** The composition root of the worker: environment, log, databases, Temporal and the activities, wired together and run. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { Lease } from '../activities/lease.ts';
import { bundlePath } from './bundle-workflows.ts';
import { errorLine, toCliError } from './cli/cli-error.ts';
import { engineOf } from './cli/engine.ts';
import { connectTo } from './cli/run/connect.ts';
import { loadConfig, type Config } from './config.ts';
import { MAX_CONCURRENCY } from './contract.ts';
import { IdleSessions } from './db/postgres/idle-sessions.ts';
import { isEntry } from './is-entry.ts';
import { createLogger, temporalLogger, type Logger } from './log.ts';
import { watchEventLoop } from './telemetry/event-loop.ts';
import { observeActivities } from './telemetry/observe-activities.ts';
import { OpenSessions } from './telemetry/open-sessions.ts';
import { PhaseGauge } from './telemetry/phase-gauge.ts';
import { RunMetrics } from './telemetry/run-metrics.ts';
import { telemetryOptions } from './telemetry/telemetry-options.ts';
import { askTemporalWith } from './temporal/chain-state.ts';
import { readTemporalEnvironment } from './temporal/environment.ts';
import { askWhoStartedWith } from './temporal/who-started.ts';

/** How long a worker that was told to stop lets its chunks finish; the orchestrator's own limit should lie above. */
const GRACE = '45s';
const FORCE = '60s';

export async function runWorker(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  endOnUncaught(log);
  const temporal = readTemporalEnvironment(config.environment);
  // Before the runtime is installed: that would keep a process alive which cannot work.
  const sessions = new OpenSessions();
  const engine = engineOf(config, (server) => ({ counted: sessions.of(server), idle: new IdleSessions() }));
  for (const warning of [...config.warnings, ...temporal.warnings]) log.warn(warning);
  // The SDK's other connection does not tell why it failed.
  const clientConnection = await connectTo(temporal);
  Runtime.install({ logger: temporalLogger(log), telemetryOptions: telemetryOptions(config.metricsAddress) });
  const meter = Runtime.instance().metricMeter;
  const metrics = new RunMetrics(meter);
  const phases = new PhaseGauge(meter);
  sessions.showOn(meter);
  const endWatch = watchEventLoop(meter, () => phases.look(Date.now()));
  const connection = await NativeConnection.connect(temporal.connection).catch(async (error: unknown) => {
    await clientConnection.close();
    throw error;
  });
  const converting = temporal.dataConverter === undefined ? {} : { dataConverter: temporal.dataConverter };
  const client = new Client({ connection: clientConnection, namespace: temporal.namespace, ...converting });
  try {
    const worker = await Worker.create({
      connection,
      namespace: temporal.namespace,
      taskQueue: temporal.taskQueue,
      ...converting,
      workflowBundle: { codePath: builtBundle(temporal.dataConverter !== undefined) },
      activities: createActivities({
        engine,
        lease: new Lease(engine.databases.target),
        metrics,
        askTemporal: askTemporalWith(client),
        askWhoStarted: askWhoStartedWith(client),
      }),
      interceptors: { activity: [observeActivities(metrics, phases)] },
      maxConcurrentActivityTaskExecutions: MAX_CONCURRENCY,
      maxCachedWorkflows: 10,
      maxHeartbeatThrottleInterval: '5s',
      shutdownGraceTime: GRACE,
      shutdownForceTime: FORCE,
    });
    log.info({ taskQueue: temporal.taskQueue, temporal: temporal.connection.address }, 'worker is ready');
    await worker.run();
  } finally {
    endWatch();
    await clientConnection.close();
    await connection.close();
  }
}

/** Node's own last words would show the error's text, which may quote a row. */
function endOnUncaught(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ error }, 'The worker ends: an error that nobody caught');
    process.exit(1);
  });
}

/** The bundle of the workflows, built in a process of its own where it is not there yet. */
function builtBundle(encoded: boolean): string {
  const path = bundlePath(encoded);
  if (existsSync(path)) return path;
  const script = fileURLToPath(new URL('./bundle-workflows.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, path], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The workflow bundle could not be built: ${stderr}`);
  return path;
}

if (isEntry(import.meta.url)) {
  try {
    await runWorker(loadConfig());
  } catch (error) {
    const failure = toCliError(error);
    process.stderr.write(`${errorLine(failure)}\n`);
    process.exitCode = failure.exitCode;
  }
}
