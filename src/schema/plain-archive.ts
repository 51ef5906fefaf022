import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Write } from './run-tool.ts';

/** First line of a plain backup of ours. */
const firstLine = (schema: string) => `-- identity-migration backup of schema ${schema}\n`;
/** Second line, JSON so that no name can end it. What follows is pg_dump's SQL, as it came. */
const originLine = (database: string) => `-- database: ${JSON.stringify(database)}\n`;
const ORIGIN = /^-- identity-migration backup of schema [^\n]*\n-- database: (?<database>".*")\n/;
/** Bytes in which the first two lines are: names have at most 63, and JSON writes some of these as six. */
const HEAD = 1_024;
/** Last line, so that a file that was cut short or changed is noticed without the file beside it. */
const lastLine = (sha256: string) => `-- identity-migration end of backup, sha256 of all lines above: ${sha256}\n`;
const LAST_LINE = lastLine('0'.repeat(64)).length;

export interface PlainOrigin {
  readonly schema: string;
  /** Database that was dumped. */
  readonly database: string;
}

/** Writes a plain backup into a file that is there: `produce` gives pg_dump's SQL. */
export async function writePlain(file: string, { schema, database }: PlainOrigin, produce: (write: Write) => Promise<void>): Promise<void> {
  const handle = await open(file, 'w');
  try {
    const hash = createHash('sha256');
    const write: Write = async (piece) => {
      hash.update(piece);
      await handle.appendFile(piece);
    };
    await write(firstLine(schema) + originLine(database));
    await produce(write);
    await handle.appendFile(lastLine(hash.digest('hex')));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether the file begins as a plain backup of ours does. */
export function isPlainArchive(file: string, schema: string): boolean {
  const expected = firstLine(schema);
  return readAt(file, 0, expected.length) === expected;
}

/** Database that a plain backup of ours is of; null where it does not say. */
export function plainDatabase(file: string): string | null {
  const origin = ORIGIN.exec(readAt(file, 0, HEAD))?.groups?.['database'];
  return origin === undefined ? null : (JSON.parse(origin) as string);
}

/** Reads every byte of a plain backup. Throws an Error with the cause where it was cut short or changed. */
export async function checkPlain(file: string): Promise<void> {
  const end = bytesOf(file) - LAST_LINE;
  const hash = createHash('sha256');
  if (end > 0) await pipeline(createReadStream(file, { end: end - 1 }), hash);
  if (end <= 0 || readAt(file, end, LAST_LINE) !== lastLine(hash.digest('hex'))) {
    throw new Error('it is not whole: its last line does not fit what is above');
  }
}

function readAt(file: string, position: number, length: number): string {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(handle, buffer, 0, length, position)).toString('utf8');
  } finally {
    closeSync(handle);
  }
}

function bytesOf(file: string): number {
  const handle = openSync(file, 'r');
  try {
    return fstatSync(handle).size;
  } finally {
    closeSync(handle);
  }
}
