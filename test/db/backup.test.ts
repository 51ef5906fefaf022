import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { transaction } from '../../src/db/postgres/transaction.ts';
import type { Backup } from '../../src/schema/backup.ts';
import { dropOwned } from '../../src/schema/drop.ts';
import { failure, openBackupStage, type BackupStage } from './backup-stage.ts';
import { untilTrue, value } from './schema-database.ts';

let stage: BackupStage;
let client: BackupStage['client'];

beforeAll(async () => {
  // As careless as can be: what is kept from others is kept by us.
  process.umask(0);
  stage = await openBackupStage('backup');
  client = stage.client;
});
afterAll(() => stage?.databases.close());
beforeEach(() => stage.begin());
afterEach(() => stage.end());

describe('a backup', () => {
  test('is a whole archive of what was counted, for its owner alone', async () => {
    const told: string[] = [];
    const made = await stage.backup({ onProgress: (doing) => told.push(doing) });
    expect(made.path).toMatch(/made\/on demand\/identity-\d{8}T\d{6}Z\.dump$/);
    for (const made of [stage.directory, dirname(stage.directory)]) expect(statSync(made).mode & 0o777).toBe(0o700);
    expect(readdirSync(stage.directory)).toHaveLength(2);
    for (const file of readdirSync(stage.directory)) expect(statSync(join(stage.directory, file)).mode & 0o777).toBe(0o600);
    const sha256 = createHash('sha256').update(readFileSync(made.path)).digest('hex');
    expect(made).toMatchObject({
      sha256,
      bytes: statSync(made.path).size,
      host: expect.stringMatching(/./),
      tables: await stage.fingerprint(),
    });
    expect(readFileSync(`${made.path}.sha256`, 'utf8')).toBe(`${sha256}  ${made.path.split('/').at(-1)}\n`);
    expect(told).toEqual(['counting', 'dumping', 'reading the archive back']);
    expect(made.tables).toHaveLength(36);
    expect(made.tables.find(({ table }) => table === 'users')).toMatchObject({ rows: 2000 });
  });

  test('is what drop compares with', async () => {
    const { tables } = JSON.parse(JSON.stringify(await stage.backup())) as Backup;
    await transaction(client, {}, () => dropOwned(client, { schema: 'identity', tables }));
    expect(await value(client, `SELECT to_regnamespace('identity')`)).toBeNull();
  });

  test('overwrites no other', async () => {
    const first = await stage.backup({ fileName: 'one.dump' });
    expect(await failure(stage.backup({ fileName: 'one.dump' }))).toMatchObject({
      type: 'BackupFailed',
      message: expect.stringContaining('one.dump is there already'),
    });
    expect(createHash('sha256').update(readFileSync(first.path)).digest('hex')).toBe(first.sha256);
    // A name stays in the directory, and a link beside it is replaced, not followed.
    const aside = join(stage.parent, 'aside');
    writeFileSync(aside, 'mine');
    symlinkSync(aside, join(stage.directory, 'two.dump.sha256'));
    expect((await stage.backup({ fileName: '../../two.dump' })).path).toBe(join(stage.directory, 'two.dump'));
    expect(readFileSync(aside, 'utf8')).toBe('mine');
    const both = await Promise.all([stage.backup(), stage.backup()]);
    expect(new Set(both.map(({ path }) => path)).size).toBe(2);
    for (const { path, sha256 } of both) expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
    expect(readdirSync(stage.directory)).toHaveLength(8);
  });

  test('keeps writers out while it lasts, readers not', async () => {
    const writer = await stage.databases.connect(stage.url);
    await writer.query(`SET lock_timeout = '1ms'`);
    const refused: unknown[] = [];
    const made = await stage.backup({
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
    const writer = await stage.databases.connect(stage.url);
    await writer.query(`BEGIN; INSERT INTO identity.roles (name) VALUES ('early')`);
    const making = stage.backup();
    const waiting = `SELECT count(*) > 0 FROM pg_locks WHERE mode = 'ShareLock' AND NOT granted`;
    await untilTrue(client, waiting);
    await writer.query('COMMIT');
    const made = await making;
    expect(made.tables.find(({ table }) => table === 'roles')).toMatchObject({ rows: 1 });
    await client.query('DELETE FROM identity.roles');
    await stage.restore(made.path, made);
    expect(await stage.fingerprint()).toEqual(made.tables);
  });

  test('that is cancelled leaves no file, no session and no program', async () => {
    await client.query('CREATE TABLE identity.users_large AS SELECT n, repeat(md5(n::text), 20) AS t FROM generate_series(1, 100000) n');
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = (doing: string) => void (doing === 'dumping' && setTimeout(() => controller.abort(reason), 60));
    await expect(stage.backup({ signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(readdirSync(stage.directory)).toEqual([]);
    const sessions = `SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'identity-migration backup'`;
    await untilTrue(client, sessions);
  });

  test('that fails says why, without the password', async () => {
    const wrong = new URL(stage.url);
    wrong.password = 'hunter2';
    expect(await failure(stage.backup({ url: wrong.href }))).toMatchObject({
      type: 'PermissionMissing',
      message: expect.not.stringContaining('hunter2'),
    });
    expect(await failure(stage.backup({ url: 'postgresql://odd:hunter2@127.0.0.1:1/x' }))).toMatchObject({ type: 'TargetUnreachable' });
    writeFileSync(join(stage.parent, 'file'), '');
    expect(await failure(stage.backup({ directory: join(stage.parent, 'file') }))).toMatchObject({
      type: 'BackupFailed',
      message: expect.stringContaining('EEXIST'),
    });
    expect(await failure(stage.backup({ schema: 'nowhere' }))).toMatchObject({
      type: 'BackupFailed',
      message: expect.stringMatching(/There is no schema nowhere in database/),
    });
    expect(existsSync(stage.directory)).toBe(false);
  });
});
