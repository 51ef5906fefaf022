import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { changeSchema } from '../../src/schema/change-schema.ts';
import { planUp } from '../../src/schema/plan-change.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { tryChange } from '../../src/schema/try-change.ts';
import { Link } from '../faults/link.ts';
import { failure } from './backup-stage.ts';
import { environmentOf, openCommandStage, revisionFiles, type CommandStage } from './command-stage.ts';
import { catalogOf, untilTrue, value } from './schema-database.ts';

let stage: CommandStage;
let revisions: string;
beforeAll(async () => {
  stage = await openCommandStage('command-faults');
  revisions = revisionFiles(stage.directory, {
    '0001_a.up.sql': 'CREATE TABLE a (n int)',
    '0001_a.down.sql': 'DROP TABLE a',
    '0002_b.up.sql': 'ALTER TABLE a ADD COLUMN b text',
    '0002_b.down.sql': 'ALTER TABLE a DROP COLUMN b',
  });
});
afterAll(() => stage?.close());
beforeEach(() => stage.client.query('DROP SCHEMA IF EXISTS identity CASCADE; DROP SCHEMA IF EXISTS identity_migration CASCADE'));

const history = async () =>
  (await stage.client.query<{ revision: string }>('SELECT revision FROM identity.schema_revisions ORDER BY 1')).rows.map(
    (row) => row.revision,
  );
const as = (role: string) => {
  const url = new URL(stage.url);
  [url.username, url.password] = [role, 'hidden-word'];
  return { revisions, variables: environmentOf(url.href) };
};

describe('a lock that somebody holds', () => {
  const said: string[] = [];
  const target = {
    role: 'target',
    name: 'identity',
    get url() {
      return stage.url;
    },
  } as const;
  const order = (tries: number) => ({
    target,
    schema: 'identity',
    command: 'migrate',
    plan: planUp.bind(null, loadRevisions(revisions), null),
    backupDirectory: null,
    askTemporal: () => Promise.reject(new Error('Temporal was asked')),
    patience: 0,
    lockPatience: { lockTimeout: 400, tries, pause: 400 },
    signal: new AbortController().signal,
    onProgress: (text: string) => said.push(text),
  });
  const migrate = (tries: number) => changeSchema(order(tries));
  const reading = async () => {
    const other = await stage.databases.connect(stage.url);
    await other.query(`SET application_name = 'nightly report'; BEGIN; SELECT * FROM identity.a`);
    return other;
  };

  test('is waited for a short time, several times; then the message says who holds it, and since when', async () => {
    await stage.run('migrate-to 0001', { revisions });
    const other = await reading();
    expect(await failure(migrate(3))).toMatchObject({
      type: 'TargetBusy',
      message: expect.stringMatching(
        /^Revision 0002_b waited 0\.4 s for a lock, try 3 of 3: application "nightly report" \(process \d+\) holds it, with a statement of \d+ s in a transaction of \d+ s\. .+ Next: wait until it has ended, or end it: SELECT pg_terminate_backend\(\d+\)/,
      ),
    });
    expect(await history()).toEqual(['0001']);
    await other.query('COMMIT');
  });

  test('that is given back in time lets the revision through, and nobody queues behind it for long', async () => {
    await stage.run('migrate-to 0001', { revisions });
    const other = await reading();
    said.length = 0;
    const migrating = migrate(20);
    const waits: number[] = [];
    const end = Date.now() + 20_000;
    while (said.filter((text) => text.includes('try')).length < 3 && Date.now() < end) {
      const started = performance.now();
      await stage.client.query('SELECT count(*) FROM identity.a');
      waits.push(performance.now() - started);
    }
    await other.query('COMMIT');
    expect((await migrating).steps).toHaveLength(1);
    expect(Math.max(...waits)).toBeLessThan(1_500);
    expect(await history()).toEqual(['0001', '0002']);
  });

  test('by another role names the application, though the age is hidden', async () => {
    await stage.client.query(`CREATE ROLE owner LOGIN PASSWORD 'hidden-word'; GRANT CREATE ON DATABASE base_1 TO owner`);
    expect((await stage.run('migrate-to 0001', as('owner'))).code).toBe(0);
    const other = await reading();
    const tried = await failure(tryChange({ ...order(2), target: { ...target, url: as('owner').variables['IDENTITY_DB_URL']! } }));
    await other.query('COMMIT');
    expect(tried).toMatchObject({
      type: 'TargetBusy',
      message: expect.stringMatching(/The dry run waited .+"nightly report" .+ an age that only its own role sees/),
    });
  });
});

describe('a permission that is missing', () => {
  test.each([
    ['on the database', 'weak', ''],
    ['on a schema of another owner', 'poor', 'GRANT CREATE ON DATABASE base_1 TO poor'],
  ])('%s is told as the GRANT to run, and works after it', async (_where, role, given) => {
    await stage.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'hidden-word'; ${given}`);
    if (given !== '') await stage.run('migrate-to 0001', { revisions });
    const refused = await stage.run('migrate', as(role));
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: PermissionMissing: .+ Next: let a superuser or the owner run GRANT /),
    });
    expect(refused.stderr).not.toContain('hidden-word');
    expect(await value(stage.client, `SELECT to_regclass('identity.b') IS NULL`)).toBe(true);
    await stage.client.query(/ run (GRANT .*)/.exec(refused.stderr)![1]!);
    expect(await stage.run('migrate', as(role))).toMatchObject({ code: 0 });
    expect(await history()).toEqual(['0001', '0002']);
  });
});

describe('a revision that fails in the middle', () => {
  test('leaves the revisions before it, and names file, line and cause', async () => {
    const files = revisionFiles(stage.directory, {
      '0001_a.up.sql': 'CREATE TABLE a (n int UNIQUE); INSERT INTO a VALUES (1234567)',
      '0002_b.up.sql': 'CREATE TABLE b ();\nALTER TABLE a ADD COLUMN c int;\nSELECT nothing_like_it FROM a;\nCREATE TABLE d ();',
    });
    const failed = await stage.run('migrate', { revisions: files });
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /SchemaMismatch: 0002_b\.up\.sql failed at line 3: .+"nothing_like_it" does not exist \[42703\]\. Nothing of it stays; what was done before it does\. Next: mend the file/,
      ),
    });
    expect(await history()).toEqual(['0001']);
    expect((await catalogOf(stage.client, 'identity')).map(({ table, columns }) => [table, columns.length])).toEqual([['a', 1]]);
  });

  test('tells no value of a row that refuses it', async () => {
    const files = revisionFiles(stage.directory, {
      '0001_a.up.sql': 'CREATE TABLE a (n int)',
      '0002_b.up.sql': 'ALTER TABLE a ADD CONSTRAINT a_n_key UNIQUE (n)',
    });
    await stage.run('migrate-to 0001', { revisions: files });
    await stage.client.query('INSERT INTO identity.a VALUES (1234567), (1234567)');
    const failed = await stage.run('migrate', { revisions: files });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/constraint a_n_key \[23505\]/) });
    expect(failed.stderr).not.toContain('1234567');
  });

  test('because of what somebody hung on it names that', async () => {
    await stage.run('migrate', { revisions });
    await stage.client.query('CREATE VIEW public.hanging AS SELECT b FROM identity.a');
    expect(await stage.run('rollback 0001 --yes', { revisions })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /0002_b\.down\.sql failed.+ view public\.hanging depends on column b of table a.+ Next: drop or move what depends on it/,
      ),
    });
    expect(await history()).toEqual(['0001', '0002']);
    await stage.client.query('DROP VIEW public.hanging');
  });
});

describe('a server', () => {
  test('that is lost in mid-revision leaves the state before it, and says so', async () => {
    const files = revisionFiles(stage.directory, {
      '0001_a.up.sql': 'CREATE TABLE a (n int)',
      '0002_b.up.sql': 'CREATE TABLE b (); SELECT pg_sleep(60)',
    });
    const link = await Link.to(Number(new URL(stage.url).port));
    try {
      const migrating = stage.run('migrate', { revisions: files, variables: environmentOf(link.through(stage.url)) });
      await untilTrue(stage.client, `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')`);
      link.refuse();
      expect(await migrating).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /TargetUnreachable: .+ It was lost while 0002_b\.up\.sql ran, which is done whole or not at all\. Next: once it answers/,
        ),
      });
      await untilTrue(stage.client, `SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')`);
      expect(await history()).toEqual(['0001']);
      expect(await value(stage.client, `SELECT to_regclass('identity.b') IS NULL`)).toBe(true);
    } finally {
      await link.close();
    }
  });

  test('without the database is told with what to do', async () => {
    const url = new URL(stage.url);
    url.pathname = '/nowhere';
    for (const line of ['migrate', 'migrate --dry-run', 'rollback 0 --yes', 'list'])
      expect(await stage.run(line, { revisions, variables: environmentOf(url.href) })).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/SchemaMismatch: The database of the target .+nowhere does not exist\. Next: create it/),
      });
  });
});

describe('the lock of a run', () => {
  const run = async (state: string, holder = 'f') => {
    await stage.run('migrate-to 0001', { revisions });
    await bootstrapLedger(stage.client);
    await stage.client.query(
      `INSERT INTO identity_migration.runs (workflow_id, first_execution_run_id, lease_until, state, phase, plan_hash, input, fingerprints, absent)
       VALUES ('migrate-identity', $1, now() + interval '1 minute', $2, 'copy', 'p', '{}', '{}', '[]')`,
      [holder, state],
    );
  };

  test.each(['migrate', 'migrate-to 0002', 'rollback 0 --yes'])('that a run holds keeps %s out', async (line) => {
    await run('running');
    const refused = await stage.run(line, { revisions });
    // Nothing listens where Temporal should be: whether the run is alive cannot be known, so it counts as alive.
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/error: TemporalUnreachable: /) });
    expect(await history()).toEqual(['0001']);
    expect(await value(stage.client, 'SELECT state FROM identity_migration.runs')).toBe('running');
    const tried = await stage.run(`${line} --dry-run`, { revisions });
    expect(tried).toMatchObject({ code: 1, stderr: expect.stringMatching(/RunInProgress: migrate-identity is in progress/) });
  });

  test('of an unfinished run is taken, and that run is resumable no more; a dry run leaves it as it is', async () => {
    await run('failed');
    const state = () => value(stage.client, 'SELECT state FROM identity_migration.runs');
    expect((await stage.run('migrate --dry-run', { revisions })).code).toBe(0);
    expect(await state()).toBe('failed');
    expect((await stage.run('migrate', { revisions })).code).toBe(0);
    expect(await state()).toBe('closed');
  });
});
