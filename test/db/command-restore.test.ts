import { copyFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { withCommandLock } from '../../src/db/ledger/command-lock.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { Link } from '../faults/link.ts';
import { environmentOf, openCommandStage, type CommandStage, type Ran } from './command-stage.ts';
import { catalogOf, createMarked, value } from './schema-database.ts';

let stage: CommandStage;
let client: CommandStage['client'];
let made = 0;
beforeAll(async () => {
  stage = await openCommandStage('command-restore');
  client = stage.client;
  await client.query('CREATE ROLE owning; CREATE ROLE reading');
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await client.query('DROP SCHEMA IF EXISTS identity CASCADE; DROP SCHEMA IF EXISTS identity_migration CASCADE');
  await createMarked(client);
  await client.query(`INSERT INTO identity.users (id, handle) SELECT n, 'user ' || n FROM generate_series(1, 500) n`);
});

/** Backs up, and returns the file's name. */
async function backup(suffix = 'dump'): Promise<string> {
  made += 1;
  const name = `made-${made}.${suffix}`;
  expect(await stage.run(`backup --output ${name}`)).toMatchObject({ code: 0 });
  return name;
}
const at = (name: string) => join(stage.directory, name);
const users = () => value(client, 'SELECT count(*)::int FROM identity.users');
const change = () => client.query('DELETE FROM identity.users WHERE id > 100');
/** Every refusal leaves what was there before. */
async function expectRefused(ran: Ran, said: RegExp): Promise<void> {
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(said) });
  expect(ran.stderr).toMatch(/ Next: /);
  expect(await users()).toBe(100);
  expect(await value(client, `SELECT count(*)::int FROM identity_migration.runs WHERE state = 'running'`)).toBe(0);
}

describe('restore', () => {
  test.each(['dump', 'sql'])('puts a .%s back, and says what it replaced', async (suffix) => {
    const catalog = await catalogOf(client, 'identity');
    const name = await backup(suffix);
    await change();
    const { code, stdout, stderr } = await stage.run(`restore ${name} --yes --json`);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/It replaces schema identity of .*: 100 rows in 36 tables, revision 0002\.\n {2}users \(100 rows\)/),
    });
    const all = { revision: '0002', tables: expect.arrayContaining([{ table: 'users', rows: 500 }]) };
    expect(JSON.parse(stdout)).toMatchObject({
      replaced: { tables: expect.arrayContaining([{ table: 'users', rows: 100 }]) },
      restored: all,
    });
    expect(await users()).toBe(500);
    expect(await catalogOf(client, 'identity')).toEqual(catalog);
    expect((await stage.run('status')).code).toBe(0);
  });

  test('brings owners, grants and default privileges back, into nothing too', async () => {
    await client.query(`ALTER TABLE identity.users OWNER TO owning; GRANT USAGE ON SCHEMA identity TO reading; GRANT SELECT ON identity.roles TO reading;
      ALTER DEFAULT PRIVILEGES IN SCHEMA identity GRANT SELECT ON TABLES TO reading`);
    const rights = `SELECT json_build_array((SELECT nspacl::text FROM pg_namespace WHERE nspname = 'identity'),
      (SELECT json_agg(json_build_array(relname, relowner, relacl::text) ORDER BY relname) FROM pg_class WHERE relnamespace = 'identity'::regnamespace),
      (SELECT json_agg(json_build_array(defaclrole, defaclobjtype, defaclacl::text)) FROM pg_default_acl WHERE defaclnamespace = 'identity'::regnamespace))`;
    const before = await value(client, rights);
    expect(JSON.stringify(before)).toContain('reading=r');
    const name = await backup();
    await client.query('DROP SCHEMA identity CASCADE');
    const ran = await stage.run(`restore ${name} --yes`);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing is replaced') });
    expect(await value(client, rights)).toEqual(before);
  });

  test('asks on a terminal, and does nothing without a yes', async () => {
    const name = await backup();
    await change();
    expect(await stage.run(`restore ${name}`)).toMatchObject({ code: 2, stderr: expect.stringContaining('add --yes') });
    const asked: string[] = [];
    const ask = (answer: string) => ({ ask: async (question: string) => (asked.push(question), answer) });
    await expectRefusedAnswer(await stage.run(`restore ${name}`, ask('no')));
    expect(await stage.run(`restore ${name}`, ask('yes'))).toMatchObject({ code: 0 });
    expect(asked[1]).toContain('Replace what is there?');
    expect(await users()).toBe(500);
  });

  test('closes an unfinished run, which a start then names fresh for', async () => {
    const name = await backup();
    await transaction(client, {}, () => bootstrapLedger(client));
    await client.query(`INSERT INTO identity_migration.runs (workflow_id, first_execution_run_id, lease_until, state, phase, plan_hash, input, fingerprints, absent)
      VALUES ('migrate-identity', 'first', now(), 'failed', 'copy', 'p', '{}', '{}', '[]')`);
    expect(await stage.run(`restore ${name} --yes`)).toMatchObject({ code: 0 });
    expect(await value(client, 'SELECT state FROM identity_migration.runs')).toBe('closed');
  });
});

async function expectRefusedAnswer(ran: Ran): Promise<void> {
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was done') });
  expect(await users()).toBe(100);
}

describe('restore refuses', () => {
  test.each(['dump', 'sql'])('a .%s that is cut short by a byte, with its sha256 or without, or not there', async (suffix) => {
    const name = await backup(suffix);
    await change();
    truncateSync(at(name), statSync(at(name)).size - 1);
    await expectRefused(await stage.run(`restore ${name} --yes`), /RestoreFailed: .*its sha256 is not the recorded one/);
    rmSync(`${at(name)}.sha256`);
    await expectRefused(await stage.run(`restore ${name} --yes`), /RestoreFailed: .*(end of file|not whole)/);
    await expectRefused(await stage.run(`restore gone-${name} --yes`), /RestoreFailed: .*it is not there/);
  });

  test('what this tool did not make', async () => {
    writeFileSync(at('foreign.sql'), 'DROP SCHEMA identity CASCADE;\n');
    await client.query('ALTER TABLE identity.schema_revisions RENAME TO roles_old');
    const name = await backup();
    await client.query('ALTER TABLE identity.roles_old RENAME TO schema_revisions; TRUNCATE identity_migration.backups');
    await change();
    await expectRefused(await stage.run('restore foreign.sql --yes'), /RestoreFailed: .*it is no backup of schema identity/);
    await expectRefused(await stage.run(`restore ${name} --yes`), /RestoreFailed: .*this tool did not make/);
  });

  test.each(['dump', 'sql'])('a .%s of another database, unless that is named', async (suffix) => {
    const name = await backup(suffix);
    const here = new URL(stage.url).pathname.slice(1);
    const other = await stage.databases.empty();
    const variables = environmentOf(other.url);
    const refused = await stage.run(`restore ${name} --yes`, { variables });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`is of database ${here}, not of`) });
    expect(refused.stderr).toContain(`Next: correct IDENTITY_DB_URL or the file; if it is meant, add --from-database '${here}'`);
    expect(await value(other.client, `SELECT to_regnamespace('identity') IS NULL`)).toBe(true);
    expect(await stage.run(`restore ${name} --yes --from-database ${here}`, { variables })).toMatchObject({ code: 0 });
    expect(await value(other.client, 'SELECT count(*)::int FROM identity.users')).toBe(500);
  });

  test('while another command holds the lock, naming it', async () => {
    const name = await backup();
    await change();
    const target = { role: 'target', name: 'identity', url: stage.url } as const;
    const order = { target, command: 'migrate', askTemporal: async () => 'open' as const, signal: new AbortController().signal };
    const ran = await withCommandLock(order, () => stage.run(`restore ${name} --yes`));
    await expectRefused(ran, /RunInProgress: The command identity-migrate migrate \(process \d+ on .*Next: wait/);
  });

  test('a schema that holds somebody else’s objects', async () => {
    const name = await backup();
    await change();
    await client.query('CREATE VIEW identity.theirs AS SELECT 1');
    await expectRefused(await stage.run(`restore ${name} --yes`), /RestoreFailed: .*view theirs/);
  });

  test('without the permission, and without the programs', async () => {
    const name = await backup();
    await change();
    await client.query(
      `CREATE ROLE weak LOGIN PASSWORD 'weak'; GRANT USAGE ON SCHEMA identity TO weak; GRANT SELECT ON ALL TABLES IN SCHEMA identity TO weak`,
    );
    const url = new URL(stage.url);
    [url.username, url.password] = ['weak', 'weak'];
    const weak = await stage.run(`restore ${name} --yes`, { variables: environmentOf(url.href) });
    await expectRefused(weak, /PermissionMissing: .*GRANT CREATE ON DATABASE .* TO "weak"; GRANT "postgres" TO "weak";/);
    const places = { path: '', packaged: at('none') };
    await expectRefused(
      await stage.run(`restore ${name} --yes`, { places }),
      /RestoreFailed: pg_restore of version \d+ or newer is needed; found none/,
    );
  });

  test('to leave anything half where the connection is lost in the middle', async () => {
    const name = await backup();
    await change();
    copyFileSync(at(name), at('lost.dump'));
    const link = await Link.to(Number(new URL(stage.url).port));
    try {
      const holder = await stage.databases.connect(stage.url);
      await holder.query('BEGIN; SELECT FROM identity.users LIMIT 1');
      const restoring = stage.run('restore lost.dump --yes', { variables: environmentOf(link.through(stage.url)) });
      const waits = `SELECT count(*) > 0 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted`;
      while ((await value(client, waits)) !== true) await new Promise((resolve) => setTimeout(resolve, 20));
      link.refuse();
      await holder.query('COMMIT');
      const lost = await restoring;
      expect(lost).toMatchObject({ code: 1, stderr: expect.stringMatching(/TargetUnreachable: .* Next: /) });
      expect(await users()).toBe(100);
    } finally {
      await link.close();
    }
  });
});
