import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintSchema } from '../../src/schema/ownership.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { environmentOf, openCommandStage, revisionFiles, type CommandStage } from './command-stage.ts';
import { catalogOf, createWhole, value } from './schema-database.ts';

let stage: CommandStage;
let three: string;
beforeAll(async () => {
  stage = await openCommandStage('command-migrate');
  three = revisionFiles(stage.directory, {
    '0001_first.up.sql': 'CREATE TABLE a (id int PRIMARY KEY, name text);',
    '0001_first.down.sql': 'DROP TABLE a;',
    '0002_first_more.up.sql': `CREATE TABLE b (a int REFERENCES a); ALTER TABLE a ADD COLUMN note text DEFAULT 'none'`,
    '0002_first_more.down.sql': 'DROP TABLE b; ALTER TABLE a DROP COLUMN note',
    '0003_last.up.sql': 'CREATE INDEX a_name_idx ON a (name) -- the end',
    '0003_last.down.sql': 'DROP INDEX a_name_idx',
  });
});
afterAll(() => stage?.close());
beforeEach(() => stage.client.query('DROP SCHEMA IF EXISTS identity CASCADE; DROP SCHEMA IF EXISTS identity_migration CASCADE'));

const applied = async () =>
  (await stage.client.query<{ revision: string }>('SELECT revision FROM identity.schema_revisions ORDER BY 1')).rows.map(
    (row) => row.revision,
  );
/** Whatever a dry run could leave: every row of the catalogs that a schema has a part in, and every row of our tables. */
const everything = async () => {
  const catalogs = [
    'pg_class',
    'pg_attribute',
    'pg_attrdef',
    'pg_constraint',
    'pg_index',
    'pg_namespace',
    'pg_type',
    'pg_depend',
    'pg_sequence',
  ];
  const catalog: unknown[] = [];
  for (const table of catalogs)
    catalog.push(await value(stage.client, `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${table} t`));
  return { catalog, tables: await catalogOf(stage.client, 'identity'), data: await fingerprintSchema(stage.client, 'identity') };
};

describe('migrate', () => {
  test('makes the schema from nothing, each revision recorded, and then has nothing to do', async () => {
    const first = await stage.run('migrate');
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^0001_unified_identity up \(.+ s\)\n0002_enhanced_model up [\s\S]*at revision 0002; it was at no revision\.\n$/,
      ),
    });
    await createWhole(stage.client, 'whole');
    expect(await catalogOf(stage.client, 'identity')).toEqual(await catalogOf(stage.client, 'whole'));
    await stage.client.query('DROP SCHEMA whole CASCADE');
    expect((await stage.run('status --json')).code).toBe(0);
    const again = await stage.run('migrate --json');
    expect(JSON.parse(again.stdout)).toMatchObject({ dryRun: false, from: '0002', to: '0002', steps: [], backup: null });
    expect((await stage.run('migrate')).stdout).toMatch(/^Nothing to do: schema identity of \S+ is at revision 0002\.\n$/);
    expect(await value(stage.client, 'SELECT count(*)::int FROM identity_migration.runs')).toBe(0);
  });

  test('with --backup saves what was there, read back, and says where; a failing backup stops everything', async () => {
    const directory = join(stage.directory, 'kept');
    const variables = { ...environmentOf(stage.url), BACKUP_DIR: directory };
    await stage.run('migrate-to 0001', { revisions: three });
    await stage.client.query(`INSERT INTO identity.a VALUES (1, 'one')`);
    const { code, stdout } = await stage.run('migrate --backup --json', { revisions: three, variables });
    expect(code).toBe(0);
    const { backup } = JSON.parse(stdout) as { backup: { path: string; sha256: string } };
    expect(readdirSync(directory).sort()).toEqual([backup.path.split('/').at(-1), `${backup.path.split('/').at(-1)}.sha256`]);
    expect(JSON.parse((await stage.run('status --json', { revisions: three })).stdout)).toMatchObject({
      lastBackup: { path: backup.path, sha256: backup.sha256 },
    });
    writeFileSync(join(stage.directory, 'no-directory'), '');
    const failed = await stage.run('rollback 0 --yes --backup', {
      revisions: three,
      variables: { ...variables, BACKUP_DIR: join(stage.directory, 'no-directory') },
    });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/error: BackupFailed: /) });
    expect(await applied()).toEqual(['0001', '0002', '0003']);
  });

  test('refuses a schema that somebody else made', async () => {
    await stage.client.query('CREATE SCHEMA identity; CREATE TABLE identity.theirs ()');
    expect(await stage.run('migrate')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/NotOurSchema: .+ holds table theirs\. Next: move it/),
    });
    await stage.client.query('DROP TABLE identity.theirs');
    expect((await stage.run('migrate')).code).toBe(0);
  });
});

describe('migrate-to and rollback', () => {
  test.each(['0002', '2', 'first_more', '0002_first_more', '0002_f'])('go to a revision named as %s', async (name) => {
    expect((await stage.run(`migrate-to ${name}`, { revisions: three })).code).toBe(0);
    expect(await applied()).toEqual(['0001', '0002']);
    expect((await stage.run('migrate', { revisions: three })).code).toBe(0);
    expect((await stage.run(`rollback ${name} --yes`, { revisions: three })).code).toBe(0);
    expect(await applied()).toEqual(['0001', '0002']);
  });

  test.each([
    ['migrate-to 000', 'several revisions fit 000: 0001_first, 0002_first_more, 0003_last.'],
    ['migrate-to firs', 'several revisions fit firs: 0001_first, 0002_first_more.'],
    ['migrate-to 0007', 'there is no revision 0007. Next: name one of 0001_first, 0002_first_more, 0003_last.'],
    ['migrate-to 0', 'there is no revision 0. Next: name one of'],
    ['migrate-to 0001', 'revision 0001_first is below the current one, 0002_first_more. Next: to go down: identity-migrate rollback 0001'],
    [
      'rollback 0003 --yes',
      'revision 0003_last is not applied, so nothing can be rolled back to it. Next: to go up: identity-migrate migrate-to 0003',
    ],
    ['rollback nowhere --yes', 'there is no revision nowhere. Next: name one of 0001_first'],
    ['rollback --yes', `missing required argument 'revision'`],
  ])('refuse %s, with the list', async (line, message) => {
    await stage.run('migrate-to 0002', { revisions: three });
    const { code, stderr } = await stage.run(line, { revisions: three });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(await applied()).toEqual(['0001', '0002']);
  });

  test('refuse a URL with a password, without telling it', async () => {
    const { code, stderr } = await stage.run('migrate-to postgres://u:hidden@h/d', { revisions: three });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('argument 2 looks like a URL with a password') });
    expect(stderr).not.toContain('hidden');
  });

  test('rollback shows what will be lost, and does nothing without a yes', async () => {
    await stage.run('migrate', { revisions: three });
    await stage.client.query(`INSERT INTO identity.a SELECT n, n::text FROM generate_series(1, 1234) n; INSERT INTO identity.b VALUES (1)`);
    const shown =
      /will be rolled back: 0003_last, 0002_first_more\.\nLost with it:\n {2}of table a the column note \(1,234 rows\)\n {2}table b \(1 row\)\n/;
    const alone = await stage.run('rollback 0001', { revisions: three });
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringMatching(/--yes was not given; nothing was done/) });
    expect(alone.stderr).toMatch(shown);
    const asked: string[] = [];
    const answering = (answer: string) => async (question: string) => (asked.push(question), answer);
    const no = await stage.run('rollback 0001', { revisions: three, ask: answering('y') });
    expect(no).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was done') });
    expect(await applied()).toHaveLength(3);
    const yes = await stage.run('rollback 0001', { revisions: three, ask: answering('yes') });
    expect(yes).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/0003_last down .+\n0002_first_more down .+\n.+is at revision 0001; it was at revision 0003\.\n$/),
    });
    expect(asked).toHaveLength(2);
    expect(await applied()).toEqual(['0001']);
    expect(await value(stage.client, 'SELECT count(*)::int FROM identity.a')).toBe(1234);
    expect((await stage.run('rollback 0 --yes', { revisions: three })).code).toBe(0);
    expect(await catalogOf(stage.client, 'identity')).toEqual([]);
    expect((await stage.run('status --json', { revisions: three })).code).toBe(0);
  });

  test('a changed file is named, and stops every change', async () => {
    await stage.run('migrate', { revisions: three });
    writeFileSync(
      join(three, '0002_first_more.up.sql'),
      `CREATE TABLE b (a int REFERENCES a); ALTER TABLE a ADD COLUMN note text DEFAULT 'other'`,
    );
    for (const line of ['migrate', 'migrate-to 0003', 'rollback 0001 --yes', 'migrate --dry-run']) {
      expect(await stage.run(line, { revisions: three })).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /SchemaMismatch: 0002_first_more\.up\.sql or 0002_first_more\.down\.sql is not what it was .+ Next: put the files back/,
        ),
      });
    }
    expect(await applied()).toHaveLength(3);
    writeFileSync(
      join(three, '0002_first_more.up.sql'),
      `CREATE TABLE b (a int REFERENCES a); ALTER TABLE a ADD COLUMN note text DEFAULT 'none'`,
    );
    expect((await stage.run('status', { revisions: three })).code).toBe(0);
  });

  test('a missing way back is an error when it is rolled back, not before, and can be written later', async () => {
    const files = { '0001_a.up.sql': 'CREATE TABLE a ()', '0002_b.up.sql': 'CREATE TABLE b ()', '0002_b.down.sql': 'DROP TABLE b' };
    const revisions = revisionFiles(stage.directory, files);
    expect((await stage.run('migrate', { revisions })).code).toBe(0);
    expect((await stage.run('status', { revisions })).code).toBe(0);
    const refused = await stage.run('rollback 0 --yes', { revisions });
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the file 0001_a\.down\.sql is missing\. Nothing was rolled back/),
    });
    expect(await applied()).toEqual(['0001', '0002']);
    expect((await stage.run('rollback 0001 --yes', { revisions })).code).toBe(0);
    writeFileSync(join(revisions, '0001_a.down.sql'), 'DROP TABLE a');
    expect((await stage.run('rollback 0 --yes', { revisions })).code).toBe(0);
  });

  test('a revision that comes late, below an applied one, is refused', async () => {
    await stage.run('migrate', { revisions: three });
    const revisions = revisionFiles(stage.directory, { '0001_first.up.sql': '', '0002_x.up.sql': '' });
    await stage.client.query(`DELETE FROM identity.schema_revisions WHERE revision = '0002'`);
    expect(await stage.run('migrate', { revisions: three })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/0002_first_more is not applied, but 0003_last is/),
    });
    expect(await stage.run('migrate', { revisions })).toMatchObject({ code: 1, stderr: expect.stringMatching(/0001_first\.up\.sql or/) });
  });
});

describe('a dry run', () => {
  test.each([
    ['migrate --dry-run', '0001'],
    ['migrate-to 0002 --dry-run --backup', '0001'],
    ['rollback 0 --dry-run', '0003'],
  ])('of %s prints the SQL, proves it, and leaves nothing', async (line, at) => {
    await stage.run(`migrate-to ${at}`, { revisions: three });
    await stage.client.query(`INSERT INTO identity.a VALUES (1, 'one'); DROP SCHEMA identity_migration CASCADE`);
    const before = await everything();
    const { code, stdout } = await stage.run(line, { revisions: three });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /(INSERT INTO|DELETE FROM) schema_revisions[\s\S]*-- It works on .+ rolled back\. Nothing was changed\.\n$/,
      ),
    });
    expect(await everything()).toEqual(before);
  });

  test('of the whole schema leaves a database as empty as it was', async () => {
    const before = await everything();
    const { stdout } = await stage.run('migrate --dry-run --json');
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      from: null,
      to: loadRevisions().at(-1)!.revision,
      sql: expect.stringContaining('CREATE TABLE users'),
    });
    expect(await everything()).toEqual(before);
  });

  test('finds what would fail, and leaves nothing of that either', async () => {
    await stage.run('migrate-to 0001', { revisions: three });
    await stage.client.query('CREATE TABLE identity.b ()');
    const before = await everything();
    const failed = await stage.run('migrate --dry-run', { revisions: three });
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /0002_first_more\.up\.sql failed: .+ relation "b" already exists \[42P07\]\. It was tried .+nothing was changed/,
      ),
    });
    expect(await everything()).toEqual(before);
  });
});
