import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_DIRECTORY } from '../local-directory.ts';

const CLI = join(PROJECT_DIRECTORY, 'bin', 'identity-migrate.js');

const END_MS = 5_000;

/** Runs `identity-migrate` in `directory` on this terminal; returns its exit code. When `signal` aborts, it is ended. */
export async function runCli(args: readonly string[], directory: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [CLI, ...args], { cwd: directory, env, stdio: 'inherit' });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  // First politely: it has a terminal to leave in order.
  const end = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), END_MS).unref();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    return await ended;
  } finally {
    signal.removeEventListener('abort', end);
    signal.throwIfAborted();
  }
}
