import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processDirectory, processStart } from './process-identity.ts';

/** Names of the pid files that our servers leave in their data directory. */
const PID_FILES = ['postmaster.pid', 'mysqld.pid', 'temporal.pid', 'worker.pid'];
const CLEAN_STOP_MS = 20_000;

/**
 * Ends servers that an earlier, killed process left running on data directories below `directory` (up to two levels down).
 * One is ended only if the process of the pid file has that very data directory as its working directory.
 */
export async function stopLeftovers(directory: string): Promise<void> {
  for (const data of dataDirectories(directory, 2)) {
    for (const file of PID_FILES) {
      const pid = readPid(join(data, file));
      if (pid !== null && processDirectory(pid) === realpathSync(data)) await end(pid);
    }
  }
}

function dataDirectories(directory: string, levels: number): string[] {
  if (!existsSync(directory)) return [];
  // Linked ones too: some servers keep their data elsewhere.
  const below = levels === 0 ? [] : readdirSync(directory).filter((name) => isDirectory(join(directory, name)));
  return [directory, ...below.flatMap((name) => dataDirectories(join(directory, name), levels - 1))];
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readPid(file: string): number | null {
  if (!existsSync(file)) return null;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

async function end(pid: number): Promise<void> {
  const start = processStart(pid);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    if (start === null || processStart(pid) !== start) return;
    process.kill(pid, signal);
    for (const until = Date.now() + CLEAN_STOP_MS / 2; Date.now() < until && processStart(pid) === start;) await sleep(50);
  }
}
