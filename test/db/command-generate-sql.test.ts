import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionEnvironment } from '../../src/schema/connection-environment.ts';
import { findTool } from '../../src/schema/postgres-tools.ts';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { environmentOf, openCommandStage, revisionFiles, runCommand, type CommandStage } from './command-stage.ts';
import { catalogOf, value } from './schema-database.ts';

let stage: CommandStage;
let revisions: string;
beforeAll(async () => {
  stage = await openCommandStage('command-generate-sql');
  revisions = revisionFiles(stage.directory, {
    '0001_a.up.sql': `CREATE TABLE a (id int PRIMARY KEY, "Odd" text DEFAULT ':x \\ ''y''') -- no end`,
    '0001_a.down.sql': 'DROP TABLE a',
    '0002_index.up.sql': 'CREATE INDEX CONCURRENTLY IF NOT EXISTS a_odd_idx ON a ("Odd")',
    '0002_index.down.sql': 'DROP INDEX CONCURRENTLY IF EXISTS a_odd_idx',
    '0003_b.up.sql': 'CREATE TABLE b (a int REFERENCES a); COMMENT ON TABLE b IS $$a; $1$$;',
    '0003_b.down.sql': 'DROP TABLE b',
  });
});
afterAll(() => stage?.close());

interface Database {
  readonly url: string;
  readonly client: pg.Client;
}
const command = (line: string, { url }: Pick<Database, 'url'>, files?: string) =>
  runCommand(line.split(' '), {
    directory: stage.directory,
    variables: environmentOf(url),
    ...(files === undefined ? {} : { revisions: files }),
  });
/** Without any database to be had. */
const generate = async (line: string, files?: string) => {
  const { code, stdout, stderr } = await runCommand(`generate-sql${line}`.split(' '), {
    directory: stage.directory,
    variables: {},
    ...(files === undefined ? {} : { revisions: files }),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};
function psql({ url }: Pick<Database, 'url'>, sql: string): string | null {
  try {
    const options = { input: sql, env: connectionEnvironment(url, 'psql'), stdio: 'pipe', encoding: 'utf8' } as const;
    execFileSync(findTool('psql', 15, 'SchemaMismatch'), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', '-'], options);
    return null;
  } catch (error) {
    return String((error as { stderr: string }).stderr);
  }
}
const history = async ({ client }: Database) =>
  (await client.query('SELECT revision, name, checksum FROM identity.schema_revisions ORDER BY 1')).rows;
const picture = async (database: Database) => ({ history: await history(database), catalog: await catalogOf(database.client, 'identity') });

describe('generated SQL', () => {
  test('gives the same catalog and history as migrate, with psql', async () => {
    const [migrated, written] = [await stage.databases.empty(), await stage.databases.empty()];
    await command('migrate', migrated);
    expect(psql(written, await generate(''))).toBeNull();
    expect(await picture(written)).toEqual(await picture(migrated));
    expect((await command('status', written)).code).toBe(0);
  });

  test('does so revision by revision, up and down, with an index that is built concurrently', async () => {
    const [migrated, written] = [await stage.databases.empty(), await stage.databases.empty()];
    for (const [line, sql] of [
      ['migrate-to 0001', ' --to 0001'],
      ['migrate', ' --from 0001'],
      ['rollback 0001 --yes', ' --from 0003 --to 0001'],
      ['migrate-to 0002', ' --from 1 --to index'],
      ['rollback 0 --yes', ' --from 0002 --to 0'],
      ['migrate', ' --from 0'],
    ] as const) {
      expect((await command(line, migrated, revisions)).stderr).not.toContain('error');
      expect(psql(written, await generate(sql, revisions))).toBeNull();
      expect(await picture(written)).toEqual(await picture(migrated));
    }
    expect(await value(written.client, `SELECT obj_description('identity.b'::regclass)`)).toBe('a; $1');
  });

  test('stops where the schema is at another revision, and where a run is in progress', async () => {
    const database = await stage.databases.empty();
    const sql = await generate(' --to 0001', revisions);
    expect(psql(database, sql)).toBeNull();
    const before = await picture(database);
    expect(psql(database, sql)).toContain('goes on from revision none, but the schema is at 0001');
    expect(psql(database, await generate(' --from 0002', revisions))).toContain('goes on from revision 0002, but the schema is at 0001');
    await bootstrapLedger(database.client);
    await database.client.query(`INSERT INTO identity_migration.runs
      (workflow_id, first_execution_run_id, lease_until, state, phase, plan_hash, input, fingerprints, absent)
      VALUES ('w', 'f', now(), 'running', 'copy', 'p', '{}', '{}', '[]')`);
    const next = await generate(' --from 0001 --to 0002', revisions);
    expect(psql(database, next)).toContain('a run is in progress on this target');
    expect(await picture(database)).toEqual(before);
    await database.client.query(`UPDATE identity_migration.runs SET state = 'failed'`);
    expect(psql(database, next)).toBeNull();
    expect(await value(database.client, 'SELECT state FROM identity_migration.runs')).toBe('closed');
  });

  test('is written to a file, and told as JSON', async () => {
    const said = await generate(' --from 0001 --to 0003 --output next.sql', revisions);
    const path = join(stage.directory, 'next.sql');
    expect(said).toBe(`SQL of 0002_index, 0003_b: ${path}\n`);
    expect(readFileSync(path, 'utf8')).toBe(await generate(' --from 0001 --to 0003', revisions));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = { directory: stage.directory, variables: {}, revisions };
    expect(await runCommand('generate-sql --from 0002 --output next.sql'.split(' '), again)).toMatchObject({
      code: 1,
      stderr: `error: NotWritten: ${path} is there already. Next: name another file, or replace this one with --force.\n`,
    });
    expect(readFileSync(path, 'utf8')).toContain('0002_index');
    expect(await generate(' --from 0002 --output next.sql --force', revisions)).toBe(`SQL of 0003_b: ${path}\n`);
    expect(readFileSync(path, 'utf8')).toBe(await generate(' --from 0002', revisions));
    expect(JSON.parse(await generate(' --from 3 --to 0 --json', revisions))).toEqual({
      from: '0003',
      to: null,
      revisions: ['0003', '0002', '0001'],
      path: null,
      sql: expect.stringContaining('DROP INDEX CONCURRENTLY'),
    });
  });

  test('is refused between revisions that are not there, down where there is no way, and into no directory', async () => {
    const refused = (line: string, files: string) =>
      runCommand(`generate-sql ${line}`.split(' '), { directory: stage.directory, variables: {}, revisions: files });
    expect(await refused('--to 9', revisions)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name one of 0001_a, 0002_index, 0003_b'),
    });
    const oneWay = revisionFiles(stage.directory, { '0001_a.up.sql': 'SELECT 1' });
    expect(await refused('--from 1 --to 0', oneWay)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('0001_a.down.sql is missing'),
    });
    expect(await refused('--output nowhere/x.sql', revisions)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cannot be written \(ENOENT\)/),
    });
  });
});
