import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CliError } from '../cli-error.ts';

/** A worker process that this command started and ends again. */
export interface OwnWorker {
  /** Where its log goes. */
  readonly logPath: string;
  /** Rejects with CliError `WorkerFailed` when it ends before `stop`; else never settles. */
  readonly failed: Promise<never>;
  /** Lets it finish what is in flight, for a while. */
  stop(): Promise<void>;
}

export interface OwnWorkerOptions {
  /** Directory of the log file. */
  readonly directory: string;
  readonly variables: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
}

/** Longer than the worker's own grace for its chunks. */
const GRACE_MS = 75_000;
const LAST_LINES = 3;

/** Starts `src/worker.ts` in a checkout, or what was built of it in an installed package. */
export function startOwnWorker({ directory, variables, workingDirectory }: OwnWorkerOptions): OwnWorker {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const logPath = join(directory, `worker-${new Date().toISOString().replace(/[:.]/g, '-')}.log`);
  const log = openSync(logPath, 'ax', 0o600);
  // A group of its own: Ctrl-C reaches this command alone, which then ends the worker in order.
  const child = spawn(process.execPath, workerArguments(), {
    cwd: workingDirectory,
    env: variables,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  // Where this command is made to end at once, no worker may be left behind.
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`));
  });
  let stopping = false;
  const failed = ended.then((how) => {
    if (stopping) {
      return new Promise<never>(() => undefined);
    }
    throw new CliError(
      'WorkerFailed',
      `The worker ended (${how}): ${lastLines(logPath)}`,
      `read ${logPath} and mend the cause; a run that was started goes on with: npm run worker.`,
    );
  });
  failed.catch(() => undefined);
  return {
    logPath,
    failed,
    async stop() {
      stopping = true;
      await end(child, ended);
      process.off('exit', killed);
    },
  };
}

function workerArguments(): string[] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = fileURLToPath(new URL(`../../worker.${extension}`, import.meta.url));
  return extension === 'ts' ? ['--import', import.meta.resolve('tsx'), worker] : [worker];
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  child.kill('SIGTERM');
  const controller = new AbortController();
  const late = sleep(GRACE_MS, 'late', { signal: controller.signal }).catch(() => undefined);
  if ((await Promise.race([ended, late])) === 'late') {
    child.kill('SIGKILL');
    await ended;
  }
  controller.abort();
}

/** The end of the log: where it is JSON, the messages alone. */
function lastLines(path: string): string {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
  return lines.map(messageOf).join(' | ') || 'it said nothing.';
}

function messageOf(line: string): string {
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown };
    return typeof msg === 'string' ? msg : line;
  } catch {
    return line;
  }
}
