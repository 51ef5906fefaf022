import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { FailureType } from '../failures.ts';
import { findTool } from './postgres-tools.ts';
import { runTool } from './run-tool.ts';

export interface ArchiveReading {
  readonly serverMajor: number;
  /** Type of the failure when there is no program that is new enough. */
  readonly failure: FailureType;
  readonly signal: AbortSignal;
}

/** Reads every byte: `pg_restore --list` would not notice an archive that was cut short. Throws a ToolError. */
export async function readBack(archive: string, { serverMajor, failure, signal }: ArchiveReading): Promise<void> {
  await runTool({ command: findTool('pg_restore', serverMajor, failure), args: ['-f', '/dev/null', archive], signal });
}

/** Whether the archive creates this schema: another database's archive can be whole, too. Throws a ToolError. */
export async function holdsSchema(archive: string, schema: string, { serverMajor, failure, signal }: ArchiveReading): Promise<boolean> {
  const pieces: Buffer[] = [];
  await runTool({
    command: findTool('pg_restore', serverMajor, failure),
    args: ['--list', archive],
    output: async (piece) => void pieces.push(Buffer.from(piece)),
    signal,
  });
  const lines = Buffer.concat(pieces).toString('utf8').split('\n');
  return lines.some((line) => /^\d+; \d+ \d+ SCHEMA - /.test(line) && line.includes(` SCHEMA - ${schema} `));
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
