import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import type { Server } from '../db/server.ts';
import { MigrationError } from '../failures.ts';
import type { Backup } from './backup.ts';
import { fingerprintSchema, type SchemaFingerprint } from './ownership.ts';
import type { SearchPlaces } from './postgres-tools.ts';
import { restoreSchema } from './restore.ts';
import { withScratchDatabase } from './scratch-database.ts';

export interface RehearsalOrder {
  readonly target: Server;
  readonly schema: string;
  readonly backup: Backup;
  readonly places?: SearchPlaces | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (doing: string) => void;
}

export interface Rehearsal {
  /** Tables that had the same rows, by count and checksum. */
  readonly tables: number;
  readonly rows: number;
  readonly seconds: number;
}

/**
 * Restores a backup into a scratch database of the same server, and compares every table with what was backed up. Leaves nothing behind.
 * Throws BackupFailed where a table differs, RestoreFailed where it cannot be restored, and as `withScratchDatabase` does.
 */
export async function rehearse({ target, schema, backup, places, signal, onProgress }: RehearsalOrder): Promise<Rehearsal> {
  const start = Date.now();
  const found = await withScratchDatabase({ target, signal }, async (url) => {
    onProgress('restoring it into a scratch database');
    const { path: file, sha256 } = backup;
    await restoreSchema({ url, schema, file, sha256, signal, onProgress, ...(places === undefined ? {} : { places }) });
    onProgress('comparing every table');
    const session = { applicationName: 'identity-migration rehearsal', signal, fallback: 'RestoreFailed' } as const;
    return withPostgres({ ...target, url }, session, (client) =>
      transaction(client, { readOnly: true, isolation: 'REPEATABLE READ' }, () => fingerprintSchema(client, schema)),
    );
  });
  const differing = differences(backup.tables, found ?? []);
  if (differing.length > 0) {
    throw new MigrationError('BackupFailed', {
      message: `${backup.path} does not bring back what was backed up: ${differing.slice(0, 5).join('; ')}.`,
      next: 'do not rely on this file: move it away, and take another backup.',
    });
  }
  return {
    tables: backup.tables.length,
    rows: backup.tables.reduce((sum, { rows }) => sum + rows, 0),
    seconds: (Date.now() - start) / 1000,
  };
}

/** One text per table that is not the same on both sides. */
export function differences(expected: SchemaFingerprint, found: SchemaFingerprint): string[] {
  const missing = expected.flatMap(({ table, rows, checksum }) => {
    const other = found.find((one) => one.table === table);
    if (other === undefined) return [`table ${table} is missing`];
    if (other.rows !== rows) return [`table ${table} has ${other.rows} rows instead of ${rows}`];
    return other.checksum === checksum ? [] : [`table ${table} has other rows`];
  });
  const further = found.filter(({ table }) => !expected.some((one) => one.table === table));
  return [...missing, ...further.map(({ table }) => `table ${table} was not backed up`)];
}
