import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import type pg from 'pg';
import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import { MigrationError } from '../failures.ts';
import { quoteIdentifier, quoteTable } from '../sql/quote.ts';
import { closeArchive, discardArchive, openArchive, touchArchive, type ArchiveFile, type ArchiveFormat } from './archive-file.ts';
import { readBack, sha256Of } from './archive.ts';
import { connectionEnvironment, KEEP_ALIVE } from './connection-environment.ts';
import { fingerprintSchema, type SchemaFingerprint } from './ownership.ts';
import { checkPlain, writePlain } from './plain-archive.ts';
import { findTool, type SearchPlaces } from './postgres-tools.ts';
import { runTool } from './run-tool.ts';
import { tablesOf } from './tables-of.ts';

export interface BackupOrder {
  readonly url: string;
  readonly schema: string;
  readonly directory: string;
  /** Within the directory; `identity-<UTC timestamp>.dump` unless given. Plain SQL where it ends in `.sql`. No file is overwritten. */
  readonly fileName?: string;
  /** Of our session and pg_dump's; a run's names run and epoch, so that a takeover can end both. */
  readonly applicationName?: string;
  /** Where programs are looked for; this process's PATH and the packaged versions unless given. */
  readonly places?: SearchPlaces;
  readonly signal: AbortSignal;
  readonly onProgress: (doing: string) => void;
}

export interface Backup {
  readonly path: string;
  readonly format: ArchiveFormat;
  readonly host: string;
  readonly bytes: number;
  /** Hex; also in a file beside the archive, as sha256sum writes it. */
  readonly sha256: string;
  /** Of the very state that the archive holds. */
  readonly tables: SchemaFingerprint;
}

/** How long to wait for those who are writing to the tables. */
const LOCK_TIMEOUT = '30s';
/** Milliseconds between two words about a dump that is under way. */
const TELL_EVERY = 2_000;

/**
 * Dumps a schema, together with each table's count and checksum from the same snapshot, while nobody can write to
 * it, and reads the whole archive back. A file that was not finished is removed.
 * Throws BackupFailed with the cause, TargetUnreachable when the server went away, TargetBusy when others write to the tables.
 */
export async function backupSchema(order: BackupOrder): Promise<Backup> {
  const { url, schema, signal, applicationName = 'identity-migration backup' } = order;
  const server = { role: 'target', name: schema, url } as const;
  return withPostgres(server, { applicationName, signal, fallback: 'BackupFailed' }, async (client) => {
    // Read before the transaction: its snapshot must be taken under the lock.
    const tables = await tablesOf(client, schema);
    await refuseNothing(client, schema);
    const options = { isolation: 'REPEATABLE READ', readOnly: true, settings: { lock_timeout: LOCK_TIMEOUT } } as const;
    return transaction(client, options, async () => {
      const names = tables.map((table) => quoteTable(schema, table)).join(', ');
      if (names !== '') await client.query(`LOCK TABLE ${names} IN SHARE MODE`);
      return dumpLocked(client, { ...order, applicationName });
    });
  });
}

async function refuseNothing(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ there: boolean; database: string }>(
    'SELECT to_regnamespace(quote_ident($1)) IS NOT NULL AS there, current_database() AS database',
    [schema],
  );
  if (rows[0]!.there) return;
  throw new MigrationError('BackupFailed', {
    message: `There is no schema ${schema} in database ${rows[0]!.database}: nothing was backed up.`,
    next: 'correct IDENTITY_DB_URL, or make the schema with `identity-migrate migrate`.',
  });
}

async function dumpLocked(client: pg.Client, order: BackupOrder & { readonly applicationName: string }): Promise<Backup> {
  const { rows } = await client.query<{ database: string; snapshot: string; major: number; bytes: number }>(
    `SELECT current_database() AS database, pg_export_snapshot() AS snapshot, current_setting('server_version_num')::int / 10000 AS major,
            (SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
              WHERE relnamespace = to_regnamespace(quote_ident($1)) AND relkind = 'r')::float8 AS bytes`,
    [order.schema],
  );
  const { database, snapshot, major, bytes } = rows[0]!;
  const pgDump = findTool('pg_dump', major, 'BackupFailed', order.places);
  order.onProgress('counting');
  const tables = (await fingerprintSchema(client, order.schema)) ?? [];
  let file: ArchiveFile | null = null;
  let alive: NodeJS.Timeout | undefined;
  // The dump lives by our session's snapshot and locks: where that is lost, so is the dump.
  const lost = new AbortController();
  client.once('end', () => lost.abort(new Error('the connection was lost')));
  const signal = AbortSignal.any([order.signal, lost.signal]);
  try {
    const opened = openArchive(order.directory, order.fileName ?? null, bytes);
    file = opened;
    alive = setInterval(() => touchArchive(opened), TELL_EVERY);
    await dumpInto(opened, { pgDump, database, snapshot, tableBytes: bytes }, { ...order, signal });
    order.onProgress('reading the archive back');
    const reading = { serverMajor: major, failure: 'BackupFailed', places: order.places, signal } as const;
    if (file.format === 'sql') await checkPlain(file.part);
    else await readBack(file.part, reading);
    const sha256 = await sha256Of(file.part);
    order.signal.throwIfAborted();
    const path = closeArchive(file, sha256);
    return { path, format: file.format, host: hostname(), bytes: statSync(path).size, sha256, tables };
  } catch (error) {
    if (file !== null) discardArchive(file);
    if (order.signal.aborted || error instanceof MigrationError) throw error;
    // Where the server is away, this says so, and the run waits for it.
    await client.query('SELECT 1');
    throw new MigrationError('BackupFailed', {
      message: `The backup of schema ${order.schema} failed: ${(error as Error).message.replace(/\.$/, '')}. No file was left.`,
      next: FULL.test((error as Error).message)
        ? 'make room, or write to a larger disk (BACKUP_DIR, or --output of the backup command).'
        : 'nothing was dropped; mend the cause and start again.',
    });
  } finally {
    clearInterval(alive);
  }
}

/** How programs and Node say that a disk, quota or file size limit was reached. */
const FULL = /No space left|ENOSPC|EDQUOT|Disk quota|File too large|EFBIG|SIGXFSZ/i;

interface Dump {
  readonly pgDump: string;
  readonly database: string;
  readonly snapshot: string;
  readonly tableBytes: number;
}

async function dumpInto(
  { part, format }: ArchiveFile,
  { pgDump, database, snapshot, tableBytes }: Dump,
  { url, schema, applicationName, signal, onProgress }: BackupOrder & { readonly applicationName: string },
): Promise<void> {
  onProgress('dumping');
  const mega = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
  const tell = () => onProgress(`dumping: ${mega(statSync(part).size)} written, of ${mega(tableBytes)} of tables and indexes`);
  const timer = setInterval(tell, TELL_EVERY);
  // The schema is a pattern: quoted, it is one name.
  const args = [`--schema=${quoteIdentifier(schema)}`, '--strict-names', `--snapshot=${snapshot}`, '--no-password', KEEP_ALIVE];
  const run = { command: pgDump, env: connectionEnvironment(url, applicationName), signal };
  try {
    if (format === 'custom') await runTool({ ...run, args: ['-Fc', ...args, `--file=${part}`] });
    else await writePlain(part, { schema, database }, (write) => runTool({ ...run, args: ['-Fp', ...args], output: write }));
  } finally {
    clearInterval(timer);
  }
}
