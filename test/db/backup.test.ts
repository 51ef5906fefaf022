import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { backupSchema, type Backup, type BackupOrder } from '../../src/schema/backup.ts';
import { dropOwned } from '../../src/schema/drop.ts';
import { fingerprintSchema } from '../../src/schema/ownership.ts';
import { restoreSchema } from '../../src/schema/restore.ts';
import { catalogOf, createMarked, openSchemaDatabase, value, type SchemaDatabase } from './schema-database.ts';

/** What a URL, a shell and a pass file would each take apart. */
const PASSWORD = `p:a@s\\s'w "ö%`;

let databases: SchemaDatabase;
let client: pg.Client;
let url: string;
let parent: string;
let directory: string;

beforeAll(async () => {
  databases = await openSchemaDatabase('backup');
  const made = await databases.empty();
  client = made.client;
  await client.query(`CREATE ROLE odd LOGIN SUPERUSER PASSWORD '${PASSWORD.replaceAll("'", "''")}'; CREATE ROLE reader; CREATE ROLE passing`);
  const odd = new URL(made.url);
  odd.username = 'odd';
  odd.password = encodeURIComponent(PASSWORD);
  url = odd.href;
  await client.query('CREATE SCHEMA theirs');
});
afterAll(() => databases?.close());
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'backup-'));
  directory = join(parent, 'made', 'on demand');
  await client.query('DROP SCHEMA IF EXISTS identity CASCADE');
  await createMarked(client);
  await client.query(`INSERT INTO identity.users (id, handle) SELECT n, 'user ' || n FROM generate_series(1, 2000) n;
    INSERT INTO identity.user_statuses SELECT 1, 1, NULL WHERE false; GRANT SELECT ON identity.users TO reader`);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const never = () => new AbortController().signal;
const order = (over: Partial<BackupOrder> = {}): BackupOrder => ({ url, schema: 'identity', directory, signal: never(), onProgress: () => {}, ...over });
const backup = (over: Partial<BackupOrder> = {}) => backupSchema(order(over));
const restore = (file: string, over: { sha256?: string; signal?: AbortSignal } = {}) => restoreSchema({ url, schema: 'identity', file, signal: never(), ...over });
const fingerprint = () => transaction(client, { readOnly: true }, () => fingerprintSchema(client, 'identity'));
const failure = async (work: Promise<unknown>) =>
  (await work.then(
    () => null,
    (error: unknown) => error,
  )) as { type: string; message: string } | null;

describe('a backup', () => {
  test('is a whole archive of what was counted, for its owner alone', async () => {
    const told: string[] = [];
    const made = await backup({ onProgress: (doing) => told.push(doing) });
    expect(made.path).toMatch(/made\/on demand\/identity-\d{8}T\d{6}Z\.dump$/);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory)).toHaveLength(2);
    for (const file of readdirSync(directory)) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    const sha256 = createHash('sha256').update(readFileSync(made.path)).digest('hex');
    expect(made).toMatchObject({ sha256, bytes: statSync(made.path).size, host: expect.stringMatching(/./), tables: await fingerprint() });
    expect(readFileSync(`${made.path}.sha256`, 'utf8')).toBe(`${sha256}  ${made.path.split('/').at(-1)}\n`);
    expect(told).toEqual(['counting', 'dumping', 'reading the archive back']);
    expect(made.tables).toHaveLength(36);
    expect(made.tables.find(({ table }) => table === 'users')).toMatchObject({ rows: 2000 });
  });

  test('is what drop compares with', async () => {
    const { tables } = JSON.parse(JSON.stringify(await backup())) as Backup;
    await transaction(client, {}, () => dropOwned(client, { schema: 'identity', tables }));
    expect(await value(client, `SELECT to_regnamespace('identity')`)).toBeNull();
  });

  test('overwrites no other', async () => {
    const first = await backup({ fileName: 'one.dump' });
    expect(await failure(backup({ fileName: 'one.dump' }))).toMatchObject({ type: 'BackupFailed', message: expect.stringContaining('one.dump is there already') });
    expect(createHash('sha256').update(readFileSync(first.path)).digest('hex')).toBe(first.sha256);
    const both = await Promise.all([backup(), backup()]);
    expect(new Set(both.map(({ path }) => path)).size).toBe(2);
    for (const { path, sha256 } of both) expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
    expect(readdirSync(directory)).toHaveLength(6);
  });

  test('keeps writers out while it lasts, readers not', async () => {
    const writer = await databases.connect(url);
    await writer.query(`SET lock_timeout = '1ms'`);
    const refused: unknown[] = [];
    const made = await backup({
      onProgress: () =>
        void writer
          .query('SELECT count(*) FROM identity.users')
          .then(() => writer.query(`INSERT INTO identity.roles (name) VALUES ('late')`))
          .catch((error: { code: string }) => refused.push(error.code)),
    });
    expect(refused).toContain('55P03');
    expect(made.tables.find(({ table }) => table === 'roles')).toMatchObject({ rows: 0 });
  });

  test('is of one state, though others write before it has the lock', async () => {
    const writer = await databases.connect(url);
    await writer.query(`BEGIN; INSERT INTO identity.roles (name) VALUES ('early')`);
    const making = backup();
    const waiting = `SELECT count(*)::int FROM pg_locks WHERE mode = 'ShareLock' AND NOT granted`;
    while ((await value(client, waiting)) === 0) await wait(5);
    await writer.query('COMMIT');
    const made = await making;
    expect(made.tables.find(({ table }) => table === 'roles')).toMatchObject({ rows: 1 });
    await client.query('DELETE FROM identity.roles');
    await restore(made.path, made);
    expect(await fingerprint()).toEqual(made.tables);
  });

  test('that is cancelled leaves no file, no session and no program', async () => {
    await client.query('CREATE TABLE identity.users_large AS SELECT n, repeat(md5(n::text), 20) AS t FROM generate_series(1, 100000) n');
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = (doing: string) => void (doing === 'dumping' && setTimeout(() => controller.abort(reason), 60));
    await expect(backup({ signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(readdirSync(directory)).toEqual([]);
    const sessions = `SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'identity-migration backup'`;
    for (let tries = 0; tries < 100 && (await value(client, sessions)) !== 0; tries += 1) await wait(20);
    expect(await value(client, sessions)).toBe(0);
  });

  test('that fails says why, without the password', async () => {
    const wrong = new URL(url);
    wrong.password = 'hunter2';
    expect(await failure(backup({ url: wrong.href }))).toMatchObject({ type: 'PermissionMissing', message: expect.not.stringContaining('hunter2') });
    expect(await failure(backup({ url: 'postgresql://odd:hunter2@127.0.0.1:1/x' }))).toMatchObject({ type: 'TargetUnreachable' });
    writeFileSync(join(parent, 'file'), '');
    expect(await failure(backup({ directory: join(parent, 'file') }))).toMatchObject({ type: 'BackupFailed', message: expect.stringContaining('EEXIST') });
    expect(await failure(backup({ schema: 'nowhere' }))).toMatchObject({ type: 'BackupFailed', message: expect.stringMatching(/no matching schemas/) });
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('a restore', () => {
  test('brings everything back: rows, keys, next ids and grants', async () => {
    await client.query(`SELECT setval('identity.users_id_seq', 88770000)`);
    const [catalog, made] = [await catalogOf(client, 'identity'), await backup()];
    await client.query(`DELETE FROM identity.users; ALTER TABLE identity.users DROP COLUMN bio; DROP TABLE identity.user_sessions`);
    await restore(made.path);
    expect(await fingerprint()).toEqual(made.tables);
    expect(await catalogOf(client, 'identity')).toEqual(catalog);
    expect(await value(client, `INSERT INTO identity.users (handle) VALUES ('new') RETURNING id::int`)).toBe(88770001);
    expect(await value(client, `SELECT has_table_privilege('reader', 'identity.users', 'SELECT')`)).toBe(true);
  });

  test('works where there is no schema', async () => {
    const made = await backup();
    await client.query('DROP SCHEMA identity CASCADE');
    await restore(made.path, made);
    expect(await fingerprint()).toEqual(made.tables);
  });

  test('refuses what is not the archive that was made', async () => {
    const { path, sha256, bytes } = await backup();
    const before = await fingerprint();
    expect(await failure(restore(path, { sha256: 'f'.repeat(64) }))).toMatchObject({ type: 'RestoreFailed', message: expect.stringContaining('sha256') });
    expect(await failure(restore(`${path}.gone`))).toMatchObject({ type: 'RestoreFailed', message: expect.stringContaining('it is not there') });
    truncateSync(path, bytes - 2000);
    expect(await failure(restore(path))).toMatchObject({ type: 'RestoreFailed', message: expect.stringContaining('sha256') });
    rmSync(`${path}.sha256`);
    expect(await failure(restore(path))).toMatchObject({ type: 'RestoreFailed', message: expect.stringMatching(/end of file|could not/) });
    expect(sha256).not.toBe('');
    expect(await fingerprint()).toEqual(before);
  });

  test('refuses an archive of something else', async () => {
    await client.query('CREATE TABLE IF NOT EXISTS theirs.t (id int)');
    const { path } = await backup({ schema: 'theirs' });
    expect(await failure(restore(path))).toMatchObject({ type: 'RestoreFailed', message: expect.stringContaining('it holds no schema identity') });
  });

  test('is nothing at all where its last statement fails', async () => {
    await client.query('GRANT SELECT ON identity.users TO passing');
    const made = await backup();
    await client.query(`DROP OWNED BY passing; DROP ROLE passing; INSERT INTO identity.roles (name) VALUES ('since')`);
    const before = await fingerprint();
    expect(await failure(restore(made.path))).toMatchObject({ type: 'RestoreFailed', message: expect.stringMatching(/role "passing" does not exist/) });
    expect(await fingerprint()).toEqual(before);
    await client.query('CREATE ROLE passing');
  });

  test('drops nothing of somebody else’s, and names it', async () => {
    const made = await backup();
    await client.query('CREATE TABLE identity.their_table (id int)');
    expect(await failure(restore(made.path))).toMatchObject({ type: 'RestoreFailed', message: expect.stringContaining('table their_table') });
    await client.query('DROP TABLE identity.their_table; CREATE VIEW theirs.v AS SELECT id FROM identity.users');
    expect(await failure(restore(made.path))).toMatchObject({ type: 'RestoreFailed', message: expect.stringContaining('view theirs.v') });
    expect(await value(client, 'SELECT count(*)::int FROM theirs.v')).toBe(2000);
  });

  test('that is cancelled changes nothing', async () => {
    const made = await backup();
    await client.query(`INSERT INTO identity.roles (name) VALUES ('since')`);
    const before = await fingerprint();
    const holder = await databases.connect(url);
    await holder.query('BEGIN; SELECT 1 FROM identity.users LIMIT 1');
    const controller = new AbortController();
    const restoring = failure(restore(made.path, { signal: controller.signal }));
    const waiting = `SELECT count(*)::int FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted`;
    while ((await value(client, waiting)) === 0) await wait(5);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await restoring).toBe(reason);
    await holder.query('COMMIT');
    expect(await fingerprint()).toEqual(before);
  });

  describe('whose archive stops in the middle', () => {
    /** A restore that waits for a lock while the archive's text is on its way to psql; `stop` gets to work then. */
    const interrupted = async (start: (file: string) => Promise<unknown>, stop: () => Promise<void>) => {
      await client.query(`UPDATE identity.users SET bio = repeat(md5(handle), 100)`);
      const made = await backup();
      await client.query(`INSERT INTO identity.roles (name) VALUES ('since')`);
      const before = await fingerprint();
      const holder = await databases.connect(url);
      await holder.query('BEGIN; SELECT 1 FROM identity.users LIMIT 1');
      const restoring = start(made.path);
      const waiting = `SELECT count(*)::int FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted`;
      while ((await value(client, waiting)) === 0) await wait(5);
      await stop();
      await holder.query('COMMIT');
      const ended = await restoring;
      const sessions = `SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'identity-migration restore'`;
      while ((await value(client, sessions)) !== 0) await wait(20);
      expect(await fingerprint()).toEqual(before);
      return ended;
    };

    test('because pg_restore is killed, commits nothing', async () => {
      const kill = async () => void process.kill(children('pg_restore')[0]!, 'SIGKILL');
      const failed = await interrupted((file) => failure(restore(file)), kill);
      expect(failed).toMatchObject({ type: 'RestoreFailed', message: expect.stringContaining('pg_restore ended with SIGKILL') });
    });

    test('because the process that feeds it is killed, commits nothing', async () => {
      const script = `import { restoreSchema } from ${JSON.stringify(new URL('../../src/schema/restore.ts', import.meta.url).href)};
        await restoreSchema({ url: process.env.TARGET, schema: 'identity', file: process.env.ARCHIVE, signal: new AbortController().signal });`;
      let feeder: ChildProcess | undefined;
      const start = (file: string) => {
        const env = { ...process.env, TARGET: url, ARCHIVE: file };
        feeder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], { env, stdio: 'inherit' });
        return once(feeder, 'exit');
      };
      const ended = await interrupted(start, async () => void feeder!.kill('SIGKILL'));
      expect(ended).toEqual([null, 'SIGKILL']);
    });
  });
});

/** Programs of this name that this process started. */
function children(name: string): number[] {
  const lines = execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)]).toString().trim().split('\n');
  return lines.map((line) => line.trim().split(/\s+/)).flatMap(([pid, comm]) => (comm === name ? [Number(pid)] : []));
}
