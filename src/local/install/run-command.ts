import { spawn } from 'node:child_process';

/** Runs a command with its output on our standard error; returns its exit code, 127 when there is no such command. */
export function runCommand(command: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const [program, ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program ?? '', args, { env, stdio: ['ignore', process.stderr, process.stderr] });
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Whether a command runs and exits 0; its output is not shown. */
export function succeeds(command: readonly string[]): Promise<boolean> {
  const [program, ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program ?? '', args, { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
