import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { environmentOf, type Ran } from './command-stage.ts';

export interface SpawnedCommand {
  readonly ended: Promise<Ran>;
  /** Ctrl-C. */
  readonly interrupt: () => void;
  /** kill -9; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
}

/** Starts a command in a process of its own; with revision files of the test's where a directory is given. */
export function spawnCommand(
  line: string,
  given: { readonly url: string; readonly directory: string; readonly revisions?: string },
): SpawnedCommand {
  const root = join(import.meta.dirname, '..', '..');
  const { url, directory, revisions } = given;
  const entry =
    revisions === undefined
      ? [join(root, 'bin', 'identity-migrate.js')]
      : ['--import', import.meta.resolve('tsx'), join(root, 'test', 'db', 'command-process.ts'), revisions];
  const child = spawn(process.execPath, [...entry, ...line.split(' ')], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environmentOf(url) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    ended: closed.then(([code]) => ({ code: code ?? -1, ...said })),
    interrupt: () => void child.kill('SIGINT'),
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
