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

export interface SpawnOrder {
  readonly url: string;
  readonly directory: string;
  /** Revision files of the test's; the project's own unless given. */
  readonly revisions?: string;
}

/** Starts a command in a process of its own. */
export function spawnCommand(line: string, order: SpawnOrder): SpawnedCommand {
  const child = spawn(process.execPath, argumentsOf(line, order), { ...surroundings(order), stdio: ['ignore', 'pipe', 'pipe'] });
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

/** Runs a command on a terminal of its own (util-linux's `script`), and presses keys once it has said `after`. */
export async function onTerminal(
  line: string,
  order: SpawnOrder,
  { after, keys }: { readonly after: string; readonly keys: string },
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const command = [process.execPath, ...argumentsOf(line, order)].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { ...surroundings(order), stdio: ['pipe', 'pipe', 'inherit'] });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const pressed = screen.includes(after);
    screen += text;
    if (!pressed && screen.includes(after)) child.stdin.write(keys);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, screen };
}

function argumentsOf(line: string, { revisions }: SpawnOrder): string[] {
  const root = join(import.meta.dirname, '..', '..');
  const entry =
    revisions === undefined
      ? [join(root, 'bin', 'identity-migrate.js')]
      : ['--import', import.meta.resolve('tsx'), join(root, 'test', 'db', 'command-process.ts'), revisions];
  return [...entry, ...line.split(' ')];
}

const surroundings = ({ url, directory }: SpawnOrder) => ({
  cwd: directory,
  env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environmentOf(url) },
});
