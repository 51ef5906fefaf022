import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { transaction } from '../db/postgres/transaction.ts';
import { MigrationError } from '../failures.ts';
import { fingerprintSchema, type SchemaFingerprint } from './ownership.ts';
import { findTool } from './postgres-tools.ts';
import { runTool, withoutPassword } from './run-tool.ts';

export interface BackupOrder {
  readonly url: string;
  readonly schema: string;
  readonly directory: string;
  /** Within the directory; `identity-<UTC timestamp>.dump` unless given. */
  readonly fileName?: string;
  readonly signal: AbortSignal;
  readonly onProgress: (doing: string) => void;
}

export interface Backup {
  readonly path: string;
  readonly bytes: number;
  /** Hex; also in a file beside the archive, as sha256sum writes it. */
  readonly sha256: string;
  /** Of the very state that the archive holds. */
  readonly tables: SchemaFingerprint;
}

/** A dump is smaller than its tables; half of their size must be free. */
const SPACE_SHARE = 0.5;

/**
 * Dumps a schema in the custom format, together with each table's count and checksum from the same snapshot, and reads the whole
 * archive back. Throws BackupFailed with the cause; a file that was not finished is removed.
 */
export async function backupSchema(order: BackupOrder): Promise<Backup> {
  const client = new pg.Client({ connectionString: order.url, application_name: 'identity-migration backup' });
  client.on('error', () => {});
  try {
    await client.connect();
    return await transaction(client, { isolation: 'REPEATABLE READ', readOnly: true }, () => dump(client, order));
  } catch (error) {
    if (order.signal.aborted) throw order.signal.reason;
    if (error instanceof MigrationError) throw error;
    throw new MigrationError('BackupFailed', {
      message: `The backup of schema ${order.schema} failed: ${(error as Error).message}.`,
      next: 'nothing was dropped; mend the cause and start again.',
    });
  } finally {
    await client.end().catch(() => {});
  }
}

async function dump(client: pg.Client, order: BackupOrder): Promise<Backup> {
  const { rows } = await client.query<{ snapshot: string; major: number; size: number }>(
    `SELECT pg_export_snapshot() AS snapshot, current_setting('server_version_num')::int / 10000 AS major,
            (SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
              WHERE relnamespace = to_regnamespace(quote_ident($1)) AND relkind = 'r')::float8 AS size`,
    [order.schema],
  );
  const { snapshot, major, size } = rows[0]!;
  mkdirSync(order.directory, { recursive: true, mode: 0o700 });
  checkSpace(order.directory, size);
  const path = join(order.directory, basename(order.fileName ?? `identity-${timestamp()}.dump`));
  const part = `${path}.part`;
  try {
    writeFileSync(part, '', { mode: 0o600 });
    order.onProgress('dumping');
    await runTool({
      command: findTool('pg_dump', major, 'BackupFailed'),
      args: [
        '-Fc',
        '--schema',
        order.schema,
        '--snapshot',
        snapshot,
        '--no-password',
        '--file',
        part,
        '--dbname',
        withoutPassword(order.url),
      ],
      url: order.url,
      signal: order.signal,
    });
    order.onProgress('counting');
    const tables = (await fingerprintSchema(client, order.schema)) ?? [];
    order.onProgress('reading the archive back');
    await readBack(part, major, order.signal);
    const sha256 = await sha256Of(part);
    renameSync(part, path);
    writeFileSync(`${path}.sha256`, `${sha256}  ${basename(path)}\n`, { mode: 0o600 });
    return { path, bytes: statSync(path).size, sha256, tables };
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Reads every byte: `pg_restore --list` would not notice an archive that was cut short. */
export async function readBack(archive: string, serverMajor: number, signal: AbortSignal): Promise<void> {
  await runTool({ command: findTool('pg_restore', serverMajor, 'BackupFailed'), args: ['-f', '/dev/null', archive], signal });
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function checkSpace(directory: string, size: number): void {
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  if (free >= size * SPACE_SHARE) return;
  const mega = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`;
  throw new MigrationError('BackupFailed', {
    message: `${directory} has ${mega(free)} free; a backup of ${mega(size)} of tables needs about ${mega(size * SPACE_SHARE)}.`,
    next: 'make room, or set BACKUP_DIR to a larger disk.',
  });
}

const timestamp = () => new Date().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
