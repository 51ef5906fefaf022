import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { backupSchema, type Backup, type BackupOrder } from '../../src/schema/backup.ts';
import { fingerprintSchema, type SchemaFingerprint } from '../../src/schema/ownership.ts';
import { restoreSchema } from '../../src/schema/restore.ts';
import { createMarked, openSchemaDatabase, type SchemaDatabase } from './schema-database.ts';

/** What a URL, a shell and a pass file would each take apart. */
const PASSWORD = `p:a@s\\s'w "ö%`;

/** A database with somebody else's schema `theirs`, roles `reader` and `passing`, and our schema, made anew by `begin`. */
export interface BackupStage {
  readonly databases: SchemaDatabase;
  readonly client: pg.Client;
  readonly url: string;
  /** Of this test's files; `directory` within it is not there yet. */
  readonly parent: string;
  readonly directory: string;
  readonly begin: () => Promise<void>;
  readonly end: () => void;
  readonly backup: (over?: Partial<BackupOrder>) => Promise<Backup>;
  readonly restore: (file: string, over?: { readonly sha256?: string; readonly signal?: AbortSignal }) => Promise<void>;
  readonly fingerprint: () => Promise<SchemaFingerprint | null>;
}

export async function openBackupStage(name: string): Promise<BackupStage> {
  const databases = await openSchemaDatabase(name);
  const made = await databases.empty();
  const { client } = made;
  await client.query(`CREATE ROLE odd LOGIN SUPERUSER PASSWORD '${PASSWORD.replaceAll("'", "''")}'; CREATE ROLE reader; CREATE ROLE passing;
    CREATE SCHEMA theirs`);
  const odd = new URL(made.url);
  odd.username = 'odd';
  odd.password = encodeURIComponent(PASSWORD);
  const url = odd.href;
  const parent = mkdtempSync(join(tmpdir(), `${name}-`));
  const directory = join(parent, 'made', 'on demand');
  const signal = new AbortController().signal;
  return {
    databases,
    client,
    url,
    parent,
    directory,
    begin: async () => {
      mkdirSync(parent, { recursive: true });
      await client.query('DROP SCHEMA IF EXISTS identity CASCADE');
      await createMarked(client);
      await client.query(`INSERT INTO identity.users (id, handle) SELECT n, 'user ' || n FROM generate_series(1, 2000) n;
        GRANT SELECT ON identity.users TO reader`);
    },
    end: () => rmSync(parent, { recursive: true, force: true }),
    backup: (over = {}) => backupSchema({ url, schema: 'identity', directory, signal, onProgress: () => {}, ...over }),
    restore: (file, over = {}) => restoreSchema({ url, schema: 'identity', file, signal, ...over }),
    fingerprint: () => transaction(client, { readOnly: true }, () => fingerprintSchema(client, 'identity')),
  };
}

/** What the work throws, or null. */
export async function failure(work: Promise<unknown>): Promise<{ type: string; message: string } | null> {
  return (await work.then(
    () => null,
    (error: unknown) => error,
  )) as { type: string; message: string } | null;
}
