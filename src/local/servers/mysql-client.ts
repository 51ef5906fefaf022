import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SQL to give to the `mysql` client: a dump file, or text. */
export type SqlSource = { readonly file: string } | { readonly sql: string };

export interface ClientCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a `mysql` client with `source` on its standard input; returns what it printed, tab-separated. Throws on the first SQL error. */
export async function runMysqlClient(client: ClientCommand, source: SqlSource): Promise<string> {
  const child = spawn(client.command, client.args, { env: client.env, stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  // The client closes its input at the first error; what it says about it is worth more than EPIPE.
  const fed = feed(child.stdin, source).catch((error: NodeJS.ErrnoException) =>
    error.code === 'EPIPE' ? undefined : Promise.reject(error),
  );
  const [code] = await Promise.all([ended, fed]);
  if (code !== 0) throw new Error(`mysql ended with ${code ?? 'a signal'}: ${Buffer.concat(errors).toString('utf8').trim()}`);
  return Buffer.concat(output).toString('utf8');
}

async function feed(input: NodeJS.WritableStream, source: SqlSource): Promise<void> {
  if ('file' in source) await pipeline(createReadStream(source.file), input);
  else await pipeline([source.sql], input);
}
