import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCommandStage, revisionFiles, type CommandStage } from './command-stage.ts';
import { catalogOf, untilTrue, value } from './schema-database.ts';
import { onTerminal, spawnCommand } from './spawn-command.ts';

let stage: CommandStage;
beforeAll(async () => (stage = await openCommandStage('command-kill')));
afterAll(() => stage?.close());
beforeEach(() => stage.client.query('DROP SCHEMA IF EXISTS identity CASCADE; DROP SCHEMA IF EXISTS identity_migration CASCADE'));

const SLEEP = `SELECT pg_sleep(CASE WHEN current_setting('test.fast', true) = 'yes' THEN 0 ELSE 120 END)`;
const sleeps = `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep')`;
const history = async () =>
  (await stage.client.query<{ revision: string }>('SELECT revision FROM identity.schema_revisions ORDER BY 1')).rows.map(
    (row) => row.revision,
  );
/** From now on what slept sleeps no more. */
const hurry = async () => stage.client.query(`ALTER DATABASE ${new URL(stage.url).pathname.slice(1)} SET test.fast = 'yes'`);
/** The lease of a command that was killed passes after 30 seconds; the test does not wait for it. */
const passLease = () => stage.client.query(`UPDATE identity_migration.runs SET lease_until = now() - interval '1 second'`);
const spawned = (line: string, revisions: string) => spawnCommand(line, { url: stage.url, directory: stage.directory, revisions });

test('ten processes that migrate at once apply each revision once', { timeout: 240_000 }, async () => {
  const all = await Promise.all(
    Array.from({ length: 10 }, () => spawnCommand('migrate --json', { url: stage.url, directory: stage.directory }).ended),
  );
  expect(all.map(({ code, stderr }) => ({ code, error: /error.*/.exec(stderr)?.[0] }))).toEqual(
    all.map(() => ({ code: 0, error: undefined })),
  );
  const steps = all.flatMap(({ stdout }) =>
    (JSON.parse(stdout) as { steps: { revision: string }[] }).steps.map(({ revision }) => revision),
  );
  expect(steps).toEqual(['0001', '0002']);
  expect(await history()).toEqual(['0001', '0002']);
  expect((await stage.run('status')).code).toBe(0);
});

describe('kill -9', () => {
  test.each([
    ['migrate', '0001', ['0001', '0002', '0003']],
    ['rollback 0001 --yes', '0003', ['0001']],
  ])('in the middle of %s leaves the revisions before it, and the next one goes on', async (line, start, end) => {
    await stage.client.query(`ALTER DATABASE ${new URL(stage.url).pathname.slice(1)} RESET test.fast`);
    const revisions = revisionFiles(stage.directory, {
      '0001_a.up.sql': 'CREATE TABLE a (n int); INSERT INTO a VALUES (1)',
      '0001_a.down.sql': 'DROP TABLE a',
      '0002_b.up.sql': `ALTER TABLE a ADD COLUMN b int; ${line === 'migrate' ? SLEEP : 'SELECT 1'}; CREATE TABLE b ()`,
      '0002_b.down.sql': `DROP TABLE b; ${SLEEP}; ALTER TABLE a DROP COLUMN b`,
      '0003_c.up.sql': 'CREATE TABLE c ()',
      '0003_c.down.sql': 'DROP TABLE c',
    });
    expect((await stage.run(`migrate-to ${start}`, { revisions })).code).toBe(0);
    const command = spawned(line, revisions);
    await untilTrue(stage.client, sleeps);
    const before = await catalogOf(stage.client, 'identity');
    await command.kill();
    await untilTrue(stage.client, `SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')`);
    expect(await catalogOf(stage.client, 'identity')).toEqual(before);
    expect(await history()).toEqual(line === 'migrate' ? ['0001'] : ['0001', '0002']);
    expect(await stage.run('status', { revisions })).toMatchObject({ code: 0, stdout: expect.stringMatching(/drift +none/) });
    await hurry();
    await passLease();
    expect(await spawned(line, revisions).ended).toMatchObject({ code: 0 });
    expect(await history()).toEqual(end);
    expect(await value(stage.client, 'SELECT n FROM identity.a')).toBe(1);
    expect(await value(stage.client, 'SELECT count(*)::int FROM identity_migration.runs')).toBe(0);
  });
});

test('Ctrl-C rolls back what is under way, gives the lock back, and exits with 130', async () => {
  await stage.client.query(`ALTER DATABASE ${new URL(stage.url).pathname.slice(1)} RESET test.fast`);
  const revisions = revisionFiles(stage.directory, { '0001_a.up.sql': `CREATE TABLE a (); ${SLEEP}` });
  const command = spawned('migrate', revisions);
  await untilTrue(stage.client, sleeps);
  command.interrupt();
  expect(await command.ended).toMatchObject({
    code: 130,
    stderr: expect.stringContaining('Interrupted: what was under way was rolled back.'),
  });
  await untilTrue(stage.client, `SELECT to_regnamespace('identity') IS NULL AND NOT EXISTS (SELECT FROM identity_migration.runs)`);
});

test.each([
  ['Ctrl-C', '\x03', 130, 'error: Interrupted: nothing was done.'],
  ['Ctrl-D', '\x04', 1, 'error: NotConfirmed: the answer was not yes; nothing was done.'],
  ['no', 'no\r', 1, 'error: NotConfirmed: the answer was not yes; nothing was done.'],
])('%s at the question does nothing', async (_what, keys, code, said) => {
  const revisions = revisionFiles(stage.directory, { '0001_a.up.sql': 'CREATE TABLE a ()', '0001_a.down.sql': 'DROP TABLE a' });
  await stage.run('migrate', { revisions });
  const ran = await onTerminal('rollback 0', { url: stage.url, directory: stage.directory, revisions }, { after: 'Type yes', keys });
  expect(ran).toEqual({ code, screen: expect.stringContaining(said) });
  expect(ran.screen).toMatch(/table a \(0 rows\)[\s\S]+Roll back this revision\? Type yes to go on: /);
  expect(await history()).toEqual(['0001']);
});

describe('an index that is built concurrently', () => {
  const files = {
    '0001_a.up.sql': 'CREATE TABLE a (n int); INSERT INTO a SELECT generate_series(1, 1000)',
    '0001_a.down.sql': 'DROP TABLE a',
    '0002_i.up.sql': 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_n_key ON a (n);',
    '0002_i.down.sql': 'DROP INDEX CONCURRENTLY IF EXISTS a_n_key;',
  };
  const index = `SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('identity.a_n_key')`;
  /** Somebody's transaction that the build has to wait for. */
  const writing = async (): Promise<pg.Client> => {
    const other = await stage.databases.connect(stage.url);
    await other.query('BEGIN; INSERT INTO identity.a VALUES (0)');
    return other;
  };

  test('survives a kill half-way, while others write', async () => {
    const revisions = revisionFiles(stage.directory, files);
    await stage.run('migrate-to 0001', { revisions });
    const other = await writing();
    const command = spawned('migrate', revisions);
    await untilTrue(stage.client, `SELECT to_regclass('identity.a_n_key') IS NOT NULL`);
    await stage.client.query('INSERT INTO identity.a VALUES (-1)');
    await command.kill();
    expect(await value(stage.client, index)).toBe(false);
    expect(await history()).toEqual(['0001']);
    await other.query('COMMIT');
    await passLease();
    expect(await stage.run('migrate', { revisions })).toMatchObject({ code: 0 });
    expect(await value(stage.client, index)).toBe(true);
    expect(await history()).toEqual(['0001', '0002']);
    expect((await stage.run('status', { revisions })).code).toBe(0);
    expect((await stage.run('rollback 0001 --yes', { revisions })).code).toBe(0);
    expect(await value(stage.client, `SELECT to_regclass('identity.a_n_key') IS NULL`)).toBe(true);
  });

  test('leaves no half index where the rows refuse it', async () => {
    const revisions = revisionFiles(stage.directory, files);
    await stage.run('migrate-to 0001', { revisions });
    await stage.client.query('INSERT INTO identity.a VALUES (1987654321), (1987654321)');
    const failed = await stage.run('migrate', { revisions });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/0002_i\.up\.sql failed: .+a_n_key.+\[23505\]/) });
    // Long enough to be no part of a port.
    expect(failed.stderr).not.toContain('1987654321');
    expect(await value(stage.client, `SELECT to_regclass('identity.a_n_key') IS NULL`)).toBe(true);
    expect(await history()).toEqual(['0001']);
  });
});
