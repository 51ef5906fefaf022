import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import type { Writable } from 'node:stream';
import { programEnvironment } from './connection-environment.ts';
import { toolError } from './tool-error.ts';

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  /** See `connectionEnvironment`; none for a program that does not connect. */
  readonly env?: NodeJS.ProcessEnv;
  /** Writes standard input, which is ended when it resolves. Where it rejects, the program is killed without seeing an end. */
  readonly feed?: (write: Write) => Promise<void>;
  /** Takes standard output, piece by piece. */
  readonly output?: Write;
  readonly signal: AbortSignal;
}
export type Write = (piece: Buffer | string) => Promise<void>;

/** Milliseconds that a program has to say why it closed its input. */
const LAST_WORDS = 2_000;
const STDERR_KEPT = 8_000;

/**
 * Runs one of PostgreSQL's programs to its end. Throws a ToolError, or the signal's reason when it fires: the program is dead then.
 * Throws what `feed` or `output` threw.
 */
export async function runTool({ command, args, env, feed, output, signal }: ToolRun): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(command, args, {
    env: env ?? programEnvironment(),
    stdio: [feed === undefined ? 'ignore' : 'pipe', output === undefined ? 'ignore' : 'pipe', 'pipe'],
  });
  const kill = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', kill, { once: true });
  try {
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_KEPT)));
    const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    const work = await Promise.allSettled([feeding(child, feed), reading(child, output), ended]);
    signal.throwIfAborted();
    const [fed, read, end] = work;
    if (end.status === 'rejected') throw end.reason;
    const killedForUs = child.signalCode === 'SIGKILL';
    if (end.value !== 0 && !killedForUs) throw toolError(basename(command), stderr, end.value ?? child.signalCode);
    for (const part of [fed, read]) if (part.status === 'rejected') throw part.reason;
    if (end.value !== 0) throw toolError(basename(command), stderr, child.signalCode);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

async function feeding(child: ChildProcess, feed: ToolRun['feed']): Promise<void> {
  if (feed === undefined) return;
  const stdin = child.stdin!;
  try {
    await feed(writer(stdin));
    stdin.end();
  } catch (error) {
    // An end of input would look like the end of a whole script: a program that still reads is killed instead.
    setTimeout(() => child.kill('SIGKILL'), LAST_WORDS).unref();
    throw error;
  }
}

async function reading(child: ChildProcess, output: ToolRun['output']): Promise<void> {
  if (output === undefined) return;
  try {
    for await (const piece of child.stdout!) await output(piece as Buffer);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Waits for the reader, piece by piece; rejects once it has gone. */
function writer(stream: Writable): Write {
  stream.on('error', () => {});
  return (piece) =>
    new Promise((resolve, reject) => {
      const gone = () => reject(new Error('the program closed its input'));
      if (stream.destroyed) return gone();
      stream.once('close', gone);
      stream.write(piece, (error) => {
        stream.removeListener('close', gone);
        if (error == null) resolve();
        else reject(error);
      });
    });
}
