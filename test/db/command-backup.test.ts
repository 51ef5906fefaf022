import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Link } from '../faults/link.ts';
import { SmallDisk } from '../faults/small-disk.ts';
import { environmentOf, openCommandStage, type CommandStage } from './command-stage.ts';
import { createMarked, untilTrue, value } from './schema-database.ts';

let stage: CommandStage;
let client: CommandStage['client'];
beforeAll(async () => {
  stage = await openCommandStage('command-backup');
  client = stage.client;
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await client.query('DROP SCHEMA IF EXISTS identity CASCADE; DROP SCHEMA IF EXISTS identity_migration CASCADE');
  await createMarked(client);
  await client.query(`INSERT INTO identity.users (id, handle) SELECT n, 'user ' || n FROM generate_series(1, 500) n`);
});
afterEach(async () => expect(await leftovers()).toEqual([]));

/** Files and databases that a backup must not leave behind. */
async function leftovers(): Promise<string[]> {
  const files = readdirSync(stage.directory, { recursive: true }).map(String);
  const { rows } = await client.query<{ datname: string }>(`SELECT datname FROM pg_database WHERE datname LIKE 'identity\\_rehearsal%'`);
  return [...files.filter((name) => name.endsWith('.part')), ...rows.map(({ datname }) => datname)];
}

interface Made {
  readonly path: string;
  readonly sha256: string;
  readonly format: string;
}
const sha256Of = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const through = (url: string) => ({ variables: environmentOf(url) });

describe('backup', () => {
  test('writes a new file in BACKUP_DIR, and status names it', async () => {
    const { code, stdout, stderr } = await stage.run('backup --json');
    expect([code, stderr]).toEqual([0, expect.stringContaining('Backup: dumping.')]);
    const made = JSON.parse(stdout) as Made;
    expect(made.path).toMatch(/\/backups\/identity-\d{8}T\d{6}Z(-\d+)?\.dump$/);
    expect(made).toMatchObject({ format: 'custom', sha256: sha256Of(made.path), rehearsal: null });
    expect(statSync(made.path).mode & 0o777).toBe(0o600);
    const status = JSON.parse((await stage.run('status --json')).stdout) as { lastBackup: unknown };
    expect(status.lastBackup).toMatchObject({ path: made.path, sha256: made.sha256 });
  });

  test('writes plain SQL where --output asks for it, and overwrites nothing', async () => {
    const { code, stdout } = await stage.run('backup --output to/identity_backup.sql');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/to\/identity_backup\.sql\n500 rows in 36 tables/)]);
    const path = join(stage.directory, 'to', 'identity_backup.sql');
    expect(readFileSync(path, 'utf8')).toContain('CREATE TABLE identity.schema_revisions');
    const before = sha256Of(path);
    const again = await stage.run('backup --output to/identity_backup.sql');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/BackupFailed: .*is there already.*Next: name another file/) });
    expect(sha256Of(path)).toBe(before);
  });

  test('tells how much is written while it lasts', async () => {
    const other = await stage.databases.connect(stage.url);
    // A sequence that is being renamed keeps pg_dump waiting, and nobody else.
    await other.query('BEGIN; ALTER SEQUENCE identity.users_id_seq RENAME TO held');
    let said = '';
    const stderr = {
      write: (text: string) => {
        said += text;
        if (text.includes('written, of')) void other.query('ROLLBACK');
      },
    };
    expect(await stage.run('backup --output slow.dump', { stderr })).toMatchObject({ code: 0 });
    expect(said).toMatch(/^Backup: dumping: \d+ MB written, of \d+ MB of tables and indexes\.$/m);
  });

  test.each(['rehearsed.dump', 'rehearsed.sql'])('with --rehearse shows that %s can be restored', async (name) => {
    const { code, stdout, stderr } = await stage.run(`backup --output ${name} --rehearse --json`);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ rehearsal: { tables: 36, rows: 500 } });
  });

  test('with --rehearse fails where what comes back is not what was there', async () => {
    // The default is evaluated anew in the restore of a generated column.
    await client.query(`CREATE FUNCTION identity.where_am_i() RETURNS text IMMUTABLE LANGUAGE sql RETURN current_database();
      ALTER TABLE identity.users ADD COLUMN at_home text GENERATED ALWAYS AS (identity.where_am_i()) STORED`);
    const { code, stderr } = await stage.run('backup --output differs.dump --rehearse');
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/BackupFailed: .*differs\.dump does not bring back .*users has other rows/),
    });
  });

  test('names the environment’s other variable, and has an example in its help', async () => {
    expect(await stage.run('backup', { variables: { DATABASE_URL: stage.url } })).toMatchObject({ code: 0 });
    expect((await stage.run('backup --help')).stdout).toMatch(/\$ identity-migrate backup --output identity_backup\.sql/);
  });
});

describe('backup says what is wrong, and what to do', () => {
  test('where there is no schema, database or server', async () => {
    const absent = new URL(stage.url);
    absent.pathname = '/not_there';
    expect(await stage.run('backup', through(absent.href))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/does not exist\. Next: create it/),
    });
    await client.query('DROP SCHEMA identity CASCADE');
    const none = await stage.run('backup --json');
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/BackupFailed: There is no schema identity .*Next: correct IDENTITY_DB_URL/),
    });
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { type: 'BackupFailed' } });
    expect(await value(client, `SELECT to_regnamespace('identity_migration') IS NULL`)).toBe(true);
    const away = await stage.run('backup', through('postgresql://u:hunter2@127.0.0.1:1/x'));
    expect(away).toMatchObject({ code: 1, stderr: expect.stringMatching(/TargetUnreachable.*Next: /) });
    expect(away.stderr).not.toContain('hunter2');
  });

  test('where pg_dump is missing or too old', async () => {
    const bin = join(stage.directory, 'old');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.1"\n');
    chmodSync(join(bin, 'pg_dump'), 0o755);
    const places = { path: bin, packaged: join(stage.directory, 'none') };
    const old = await stage.run('backup', { places });
    expect(old).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/pg_dump of version \d+ or newer is needed; found .*old\/pg_dump \(9\)/),
    });
    const missing = await stage.run('backup', { places: { ...places, path: '' } });
    expect(missing.stderr).toMatch(/found none on the PATH and under .*none\. Next: install postgresql-client-\d+/);
    expect(await value(client, `SELECT to_regnamespace('identity_migration') IS NULL`)).toBe(true);
  });

  test('where a permission is missing: the GRANT', async () => {
    await client.query(`DROP ROLE IF EXISTS weak; CREATE ROLE weak LOGIN PASSWORD 'weak'`);
    const url = new URL(stage.url);
    [url.username, url.password] = ['weak', 'weak'];
    const refused = await stage.run('backup', through(url.href));
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/PermissionMissing: .*Next: .*GRANT CREATE ON DATABASE .* GRANT "postgres" TO "weak";/),
    });
    await client.query(
      `GRANT CREATE ON DATABASE ${new URL(stage.url).pathname.slice(1)} TO weak; GRANT postgres TO weak; ALTER ROLE weak NOCREATEDB`,
    );
    const rehearsal = await stage.run('backup --output weak.dump --rehearse', through(url.href));
    expect(rehearsal).toMatchObject({ code: 1, stderr: expect.stringContaining('ALTER ROLE "weak" CREATEDB;') });
    expect(existsSync(join(stage.directory, 'weak.dump'))).toBe(false);
  });

  test('where the disk is full in the middle', async () => {
    await client.query(
      `UPDATE identity.users SET bio = (SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 400) WHERE users.id > 0)`,
    );
    const disk = SmallDisk.mount(4);
    if (disk === null) throw new Error('This test mounts a small disk: run it as root.');
    try {
      const room = await stage.run(`backup --output ${join(disk.directory, 'x.sql')}`);
      expect(room.stderr).toMatch(/has \d+ MB free; a backup of \d+ MB of tables needs about \d+ MB\. Next: make room/);
      // Free when it is looked at, full when it is written.
      const filling = {
        stderr: {
          write: (text: string) => {
            said += text;
            if (text.includes('dumping')) disk.fill();
          },
        },
      };
      let said = '';
      await client.query('UPDATE identity.users SET bio = NULL');
      await client.query('VACUUM FULL identity.users');
      await client.query(`UPDATE identity.users SET bio = repeat('x', 1000)`);
      expect(await stage.run(`backup --output ${join(disk.directory, 'x.sql')}`, filling)).toMatchObject({ code: 1 });
      expect(said).toMatch(/BackupFailed: .*(No space left|ENOSPC).* No file was left\. Next: make room/);
      disk.free();
      expect(readdirSync(disk.directory)).toEqual([]);
    } finally {
      disk.free();
      disk.unmount();
    }
  });

  test('where the connection is lost in the middle', async () => {
    const link = await Link.to(Number(new URL(stage.url).port));
    try {
      const cutting = {
        stderr: { write: (text: string) => void (text.includes('dumping') && link.refuse()) },
        ...through(link.through(stage.url)),
      };
      const lost = await stage.run('backup --output lost.dump --json', cutting);
      expect(lost.code).toBe(1);
      expect(JSON.parse(lost.stdout)).toMatchObject({ error: { type: 'TargetUnreachable', next: expect.any(String) } });
      expect(existsSync(join(stage.directory, 'lost.dump'))).toBe(false);
    } finally {
      await link.close();
    }
  });

  test('where it is interrupted', async () => {
    const controller = new AbortController();
    const stderr = { write: (text: string) => void (text.includes('dumping') && controller.abort(new Error('SIGINT'))) };
    expect(await stage.run('backup --output interrupted.dump', { signal: controller.signal, stderr })).toMatchObject({ code: 130 });
    expect(existsSync(join(stage.directory, 'interrupted.dump'))).toBe(false);
    await untilTrue(client, `SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'identity-migration backup%'`);
  });
});
