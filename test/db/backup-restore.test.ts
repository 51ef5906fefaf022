import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, truncateSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failure, openBackupStage, type BackupStage } from './backup-stage.ts';
import { catalogOf, untilTrue, value } from './schema-database.ts';

let stage: BackupStage;
let client: BackupStage['client'];

beforeAll(async () => {
  stage = await openBackupStage('backup-restore');
  client = stage.client;
});
afterAll(() => stage?.databases.close());
beforeEach(() => stage.begin());
afterEach(() => stage.end());

describe('a restore', () => {
  test('brings everything back: rows, keys, next ids and grants', async () => {
    await client.query(`SELECT setval('identity.users_id_seq', 88770000)`);
    const [catalog, made] = [await catalogOf(client, 'identity'), await stage.backup()];
    await client.query(`DELETE FROM identity.users; ALTER TABLE identity.users DROP COLUMN bio; DROP TABLE identity.user_sessions`);
    await stage.restore(made.path);
    expect(await stage.fingerprint()).toEqual(made.tables);
    expect(await catalogOf(client, 'identity')).toEqual(catalog);
    expect(await value(client, `INSERT INTO identity.users (handle) VALUES ('new') RETURNING id::int`)).toBe(88770001);
    expect(await value(client, `SELECT has_table_privilege('reader', 'identity.users', 'SELECT')`)).toBe(true);
  });

  test('works where there is no schema', async () => {
    const made = await stage.backup();
    await client.query('DROP SCHEMA identity CASCADE');
    await stage.restore(made.path, made);
    expect(await stage.fingerprint()).toEqual(made.tables);
  });

  test('refuses what is not the archive that was made', async () => {
    const { path, sha256, bytes } = await stage.backup();
    const before = await stage.fingerprint();
    expect(await failure(stage.restore(path, { sha256: 'f'.repeat(64) }))).toMatchObject({
      type: 'RestoreFailed',
      message: expect.stringContaining('sha256'),
    });
    expect(await failure(stage.restore(`${path}.gone`))).toMatchObject({
      type: 'RestoreFailed',
      message: expect.stringContaining('it is not there'),
    });
    truncateSync(path, bytes - 2000);
    expect(await failure(stage.restore(path))).toMatchObject({ type: 'RestoreFailed', message: expect.stringContaining('sha256') });
    rmSync(`${path}.sha256`);
    expect(await failure(stage.restore(path))).toMatchObject({
      type: 'RestoreFailed',
      message: expect.stringMatching(/end of file|could not/),
    });
    expect(sha256).not.toBe('');
    expect(await stage.fingerprint()).toEqual(before);
  });

  test('refuses an archive of something else', async () => {
    await client.query('CREATE TABLE IF NOT EXISTS theirs.t (id int)');
    const { path } = await stage.backup({ schema: 'theirs' });
    expect(await failure(stage.restore(path))).toMatchObject({
      type: 'RestoreFailed',
      message: expect.stringContaining('it holds no schema identity'),
    });
  });

  test('is nothing at all where its last statement fails', async () => {
    await client.query('GRANT SELECT ON identity.users TO passing');
    const made = await stage.backup();
    await client.query(`DROP OWNED BY passing; DROP ROLE passing; INSERT INTO identity.roles (name) VALUES ('since')`);
    const before = await stage.fingerprint();
    expect(await failure(stage.restore(made.path))).toMatchObject({
      type: 'RestoreFailed',
      message: expect.stringMatching(/role "passing" does not exist/),
    });
    expect(await stage.fingerprint()).toEqual(before);
    await client.query('CREATE ROLE passing');
  });

  test('drops nothing of somebody else’s, and names it', async () => {
    const made = await stage.backup();
    await client.query('CREATE TABLE identity.their_table (id int)');
    expect(await failure(stage.restore(made.path))).toMatchObject({
      type: 'RestoreFailed',
      message: expect.stringContaining('table their_table'),
    });
    await client.query('DROP TABLE identity.their_table; CREATE VIEW theirs.v AS SELECT id FROM identity.users');
    expect(await failure(stage.restore(made.path))).toMatchObject({
      type: 'RestoreFailed',
      message: expect.stringContaining('view theirs.v'),
    });
    expect(await value(client, 'SELECT count(*)::int FROM theirs.v')).toBe(2000);
  });

  test('that is cancelled changes nothing', async () => {
    const made = await stage.backup();
    await client.query(`INSERT INTO identity.roles (name) VALUES ('since')`);
    const before = await stage.fingerprint();
    const holder = await stage.databases.connect(stage.url);
    await holder.query('BEGIN; SELECT 1 FROM identity.users LIMIT 1');
    const controller = new AbortController();
    const restoring = failure(stage.restore(made.path, { signal: controller.signal }));
    const waiting = `SELECT count(*) > 0 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted`;
    await untilTrue(client, waiting);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await restoring).toBe(reason);
    await holder.query('COMMIT');
    expect(await stage.fingerprint()).toEqual(before);
  });

  describe('whose archive stops in the middle', () => {
    /** A restore that waits for a lock while the archive's text is on its way to psql; `stop` gets to work then. */
    const interrupted = async (start: (file: string) => Promise<unknown>, stop: () => Promise<void>) => {
      await client.query(`UPDATE identity.users SET bio = repeat(md5(handle), 100)`);
      const made = await stage.backup();
      await client.query(`INSERT INTO identity.roles (name) VALUES ('since')`);
      const before = await stage.fingerprint();
      const holder = await stage.databases.connect(stage.url);
      await holder.query('BEGIN; SELECT 1 FROM identity.users LIMIT 1');
      const restoring = start(made.path);
      const waiting = `SELECT count(*) > 0 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted`;
      await untilTrue(client, waiting);
      await stop();
      await holder.query('COMMIT');
      const ended = await restoring;
      const sessions = `SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'identity-migration restore'`;
      await untilTrue(client, sessions);
      expect(await stage.fingerprint()).toEqual(before);
      return ended;
    };

    test('because pg_restore is killed, commits nothing', async () => {
      const kill = async () => void process.kill(children('pg_restore')[0]!, 'SIGKILL');
      const failed = await interrupted((file) => failure(stage.restore(file)), kill);
      expect(failed).toMatchObject({ type: 'RestoreFailed', message: expect.stringContaining('pg_restore ended with SIGKILL') });
    });

    test('because the process that feeds it is killed, commits nothing', async () => {
      const script = `import { restoreSchema } from ${JSON.stringify(new URL('../../src/schema/restore.ts', import.meta.url).href)};
        await restoreSchema({ url: process.env.TARGET, schema: 'identity', file: process.env.ARCHIVE, signal: new AbortController().signal });`;
      let feeder: ChildProcess | undefined;
      const start = (file: string) => {
        const env = { ...process.env, TARGET: stage.url, ARCHIVE: file };
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
  const lines = execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)])
    .toString()
    .trim()
    .split('\n');
  return lines.map((line) => line.trim().split(/\s+/)).flatMap(([pid, comm]) => (comm === name ? [Number(pid)] : []));
}
