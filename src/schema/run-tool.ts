import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  /** Its password goes into a pass file, never into the arguments. */
  readonly url?: string;
  /** Fed to standard input, piece by piece. */
  readonly input?: readonly (Readable | string)[];
  readonly signal: AbortSignal;
}

/** Where a tool connects, without its password: fit for an argument list. */
export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.href;
}

/** Runs one of PostgreSQL's programs to its end. Rejects with the last line that it wrote to stderr; killed when the signal fires. */
export async function runTool({ command, args, url, input, signal }: ToolRun): Promise<void> {
  signal.throwIfAborted();
  const secret = url === undefined ? null : passFile(url);
  try {
    const child = spawn(command, args, {
      env: { ...process.env, ...(secret === null ? {} : { PGPASSFILE: secret.path }), LC_MESSAGES: 'C' },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe'],
      signal,
    });
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
    const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    // A child that ends early closes its input: its own message says why, not the broken pipe.
    if (input !== undefined) await feed(child.stdin!, input).catch(() => {});
    const code = await ended;
    if (code !== 0) throw new Error(lastLine(stderr) || `${command} ended with code ${code}`);
  } finally {
    if (secret !== null) rmSync(secret.directory, { recursive: true, force: true });
  }
}

async function feed(stdin: NodeJS.WritableStream, pieces: readonly (Readable | string)[]): Promise<void> {
  for (const piece of pieces) {
    if (typeof piece === 'string') stdin.write(piece);
    else await pipeline(piece, stdin, { end: false });
  }
  stdin.end();
}

function passFile(url: string): { directory: string; path: string } {
  const directory = mkdtempSync(join(tmpdir(), 'identity-migration-'));
  const path = join(directory, 'pgpass');
  const password = decodeURIComponent(new URL(url).password).replace(/([\\:])/g, '\\$1');
  writeFileSync(path, `*:*:*:*:${password}\n`, { mode: 0o600 });
  return { directory, path };
}

/** Errors of psql and pg_restore may quote a row (DETAIL, CONTEXT): only the line that names the error is kept, without what it quotes. */
function lastLine(stderr: string): string {
  const line = stderr
    .split('\n')
    .filter((text) => /error|fatal|could not/i.test(text))
    .at(-1);
  return (line ?? '').replace(/"[^"]{60,}"/g, '"…"').slice(0, 300);
}
