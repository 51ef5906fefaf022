import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { FailureType } from '../failures.ts';
import { readContents } from './archive-contents.ts';
import type { ArchiveFormat } from './archive-file.ts';
import { checkPlain, isPlainArchive, plainDatabase } from './plain-archive.ts';
import { findTool, type SearchPlaces } from './postgres-tools.ts';
import { runTool } from './run-tool.ts';

export interface ArchiveReading {
  readonly serverMajor: number;
  /** Type of the failure when there is no program that is new enough. */
  readonly failure: FailureType;
  /** Where programs are looked for; this process's PATH and the packaged versions unless given. */
  readonly places: SearchPlaces | undefined;
  readonly signal: AbortSignal;
}

/** An archive that was read to its last byte. */
export interface Archive {
  readonly file: string;
  readonly format: ArchiveFormat;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** It carries the schema's history table, so this tool made the schema. */
  readonly marked: boolean;
  /** Database that was dumped; null where the archive does not say. */
  readonly database: string | null;
  /** When, as pg_dump wrote it; null where the archive does not say. */
  readonly dumpedAt: string | null;
}

export interface ArchiveWanted {
  readonly file: string;
  readonly schema: string;
  /** What the archive's sha256 must be; the one in the file beside it unless given, and not checked where there is none. */
  readonly sha256: string | undefined;
}

/** Reads every byte: `pg_restore --list` would not notice an archive that was cut short. Throws a ToolError. */
export async function readBack(archive: string, { serverMajor, failure, places, signal }: ArchiveReading): Promise<void> {
  await runTool({ command: findTool('pg_restore', serverMajor, failure, places), args: ['-f', '/dev/null', archive], signal });
}

/**
 * Reads a whole archive of ours, of either format. Throws an Error or ToolError with the cause, as the end of a sentence about the
 * file, for one that is absent, foreign, changed, cut short or of something else than this schema alone.
 */
export async function checkArchive({ file, schema, sha256 }: ArchiveWanted, reading: ArchiveReading): Promise<Archive> {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) throw new Error('it is not there (on another host, or moved)');
  if (!stats.isFile()) throw new Error('it is no file');
  const expected = sha256 ?? savedSha256(file);
  const actual = await sha256Of(file);
  if (expected !== undefined && expected !== actual) {
    throw new Error(`its sha256 is not the recorded one${sha256 === undefined ? ` (in ${file}.sha256)` : ''}: it was changed or cut short`);
  }
  const facts = { file, bytes: stats.size, sha256: actual };
  if (isPlainArchive(file, schema)) {
    await checkPlain(file);
    return { ...facts, format: 'sql', marked: true, database: plainDatabase(file), dumpedAt: null };
  }
  if (!isCustomArchive(file)) {
    throw new Error(`it is no backup of schema ${schema}: neither pg_dump's custom format nor SQL that this tool's backup wrote`);
  }
  const contents = readContents(await listOf(file, reading));
  if (!contents.schemas.includes(schema)) throw new Error(`it holds no schema ${schema}`);
  const others = [...contents.schemas.filter((name) => name !== schema), ...contents.outside];
  if (others.length > 0) throw new Error(`it holds more than schema ${schema}: ${others.slice(0, 5).join(', ')}`);
  await readBack(file, reading);
  const { tables, database, dumpedAt } = contents;
  return { ...facts, format: 'custom', marked: tables.includes(`${schema}.schema_revisions`), database, dumpedAt };
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function listOf(file: string, { serverMajor, failure, places, signal }: ArchiveReading): Promise<string> {
  const pieces: Buffer[] = [];
  await runTool({
    command: findTool('pg_restore', serverMajor, failure, places),
    args: ['--list', file],
    output: async (piece) => void pieces.push(Buffer.from(piece)),
    signal,
  });
  return Buffer.concat(pieces).toString('utf8');
}

const CUSTOM_MAGIC = 'PGDMP';

function isCustomArchive(file: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(CUSTOM_MAGIC.length);
    readSync(handle, buffer, 0, buffer.length, 0);
    return buffer.toString('latin1') === CUSTOM_MAGIC;
  } finally {
    closeSync(handle);
  }
}

function savedSha256(file: string): string | undefined {
  return existsSync(`${file}.sha256`) ? /^[0-9a-f]{64}\b/.exec(readFileSync(`${file}.sha256`, 'utf8'))?.[0] : undefined;
}
