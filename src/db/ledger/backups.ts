import { hostname } from 'node:os';
import type pg from 'pg';
import { ledgerExists } from './bootstrap.ts';

export interface BackupRecord {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly tables: unknown;
}

/** Remembers a backup that has been read back. `run` is null for one that an operator took. */
export async function recordBackup(client: pg.ClientBase, run: string | null, backup: BackupRecord): Promise<void> {
  await client.query(
    `INSERT INTO identity_migration.backups (run, path, host, bytes, sha256, tables, verified_at) VALUES ($1, $2, $3, $4, $5, $6, now())`,
    [run, backup.path, hostname(), backup.bytes, backup.sha256, JSON.stringify(backup.tables)],
  );
}

export async function backupOfRun(client: pg.ClientBase, run: string): Promise<{ path: string; sha256: string; host: string } | null> {
  const { rows } = await client.query<{ path: string; sha256: string; host: string }>(
    'SELECT path, sha256, host FROM identity_migration.backups WHERE run = $1 ORDER BY created_at DESC LIMIT 1',
    [run],
  );
  return rows[0] ?? null;
}

/** A backup with this sha256 was made of this target, by a run or a command. */
export async function isKnownBackup(client: pg.ClientBase, sha256: string): Promise<boolean> {
  if (!(await ledgerExists(client))) return false;
  const { rowCount } = await client.query('SELECT FROM identity_migration.backups WHERE sha256 = $1 LIMIT 1', [sha256]);
  return rowCount === 1;
}
