import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { dropMade, dropOwned } from '../../src/schema/drop.ts';
import { giveGrants, readGrants } from '../../src/schema/grants.ts';
import { identityColumns, setIdentityValue } from '../../src/schema/identity-values.ts';
import { OWN_TABLES } from '../../src/schema/own-tables.ts';
import { fingerprintSchema, foreignObjects, isMarkedOurs, tableFingerprint } from '../../src/schema/ownership.ts';
import { createMarked, openSchemaDatabase, value, type SchemaDatabase } from './schema-database.ts';

let databases: SchemaDatabase;
let client: pg.Client;
let url: string;

beforeAll(async () => {
  databases = await openSchemaDatabase('schema-drop');
  ({ url, client } = await databases.empty());
  await client.query('CREATE ROLE reader; CREATE ROLE "odd Name"');
});
afterAll(() => databases?.close());
beforeEach(async () => {
  await client.query('DROP SCHEMA IF EXISTS identity CASCADE; DROP SCHEMA IF EXISTS theirs CASCADE; CREATE SCHEMA theirs');
  await createMarked(client);
  await client.query(`INSERT INTO identity.users (id, handle, created_at) VALUES (1, 'ada', '2001-02-03'), (2, 'bob', NULL)`);
});

const there = () => value(client, `SELECT to_regnamespace('identity') IS NOT NULL`);
const saved = () => transaction(client, { readOnly: true }, async () => (await fingerprintSchema(client, 'identity'))!);
const drop = async (tables: Awaited<ReturnType<typeof saved>>) =>
  (await transaction(client, { settings: { lock_timeout: '500ms' } }, () => dropOwned(client, { schema: 'identity', tables })).then(
    () => null,
    (error: unknown) => error,
  )) as { type?: string; code?: string; message: string } | null;

describe('a table’s fingerprint', () => {
  const print = () => transaction(client, { readOnly: true }, () => tableFingerprint(client, 'identity', 'users'));

  test('is the same whatever the order of rows and the session’s settings', async () => {
    const first = await print();
    expect(first).toMatchObject({ table: 'users', rows: 2 });
    await client.query(`SET TimeZone = 'Asia/Kathmandu'; SET datestyle = 'German'; UPDATE identity.users SET id = id WHERE id = 1`);
    expect(await value(client, 'SELECT id::int FROM identity.users LIMIT 1')).toBe(2);
    expect(await print()).toEqual(first);
    await client.query('RESET TimeZone; RESET datestyle');
  });

  test('changes with any change of a row, a swap between two too', async () => {
    const first = await print();
    await client.query(`UPDATE identity.users SET first_name = 'Ada' WHERE id = 1`);
    const second = await print();
    await client.query(`UPDATE identity.users SET first_name = CASE id WHEN 2 THEN 'Ada' END`);
    const third = await print();
    expect(new Set([first, second, third].map(({ checksum }) => checksum)).size).toBe(3);
  });

  test('tells numbers and times apart that have one hash of PostgreSQL’s own', async () => {
    const own = `SELECT hashint8extended(1, 0) = hashint8extended(4294967296, 0)`;
    expect(await value(client, own)).toBe(true);
    const printed = async (column: string, sql: string) => {
      await client.query(`UPDATE identity.users SET ${column} = ${sql} WHERE id <> 2`);
      return (await print()).checksum;
    };
    const time = (micros: string) => `'2000-01-01Z'::timestamptz + ${micros} * interval '1 microsecond'`;
    expect(await printed('id', '4294967296')).not.toBe(await printed('id', '1'));
    expect(await printed('created_at', time('1'))).not.toBe(await printed('created_at', time('4294967296')));
  });
});

describe('whose the schema is', () => {
  test('ours by its history table, in its whole shape', async () => {
    expect(await isMarkedOurs(client, 'identity')).toBe(true);
    await client.query('ALTER TABLE identity.schema_revisions DROP COLUMN seconds');
    expect(await isMarkedOurs(client, 'identity')).toBe(false);
    expect(await isMarkedOurs(client, 'theirs')).toBe(false);
    expect(await isMarkedOurs(client, 'nowhere')).toBe(false);
  });

  test('what is not ours in it is named; what hangs on our tables is not', async () => {
    expect(await foreignObjects(client, 'identity', OWN_TABLES)).toEqual([]);
    await client.query(`CREATE VIEW identity.v AS SELECT 1 AS x; CREATE MATERIALIZED VIEW identity.m AS SELECT 1 AS x;
      CREATE TABLE identity.their_table (id bigserial); CREATE SEQUENCE identity.their_sequence; CREATE SEQUENCE identity.shared_sequence OWNED BY identity.users.id;
      CREATE TYPE identity.mood AS ENUM ('good'); CREATE TYPE identity.pair AS (a int, b int); CREATE DOMAIN identity.digits AS text;
      CREATE FUNCTION identity.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE identity.p() LANGUAGE sql AS 'SELECT 1'`);
    expect(await foreignObjects(client, 'identity', OWN_TABLES)).toEqual([
      'function f',
      'materialized view m',
      'procedure p',
      'sequence their_sequence',
      'table their_table',
      'type digits',
      'type mood',
      'type pair',
      'view v',
    ]);
  });
});

describe('dropping what is ours', () => {
  test('leaves nothing of it', async () => {
    expect(await drop(await saved())).toBeNull();
    expect(await there()).toBe(false);
  });

  test('is refused when a row was written since, and names the table', async () => {
    const before = await saved();
    await client.query(`UPDATE identity.users SET bio = 'new' WHERE id = 1; INSERT INTO identity.roles (name) VALUES ('r')`);
    expect(await drop(before)).toMatchObject({ type: 'NotOurSchema', message: expect.stringContaining('(roles, users)') });
    expect(await there()).toBe(true);
  });

  test('is refused when a saved table is gone', async () => {
    const before = await saved();
    await client.query('DROP TABLE identity.user_sessions');
    expect(await drop(before)).toMatchObject({ type: 'NotOurSchema', message: expect.stringContaining('is gone') });
    expect(await there()).toBe(true);
  });

  test.each([
    ['a view elsewhere', 'CREATE VIEW theirs.v AS SELECT id FROM identity.users', 'view theirs.v depends on table identity.users'],
    [
      'a foreign key elsewhere',
      'CREATE TABLE theirs.t (u bigint CONSTRAINT t_u_fkey REFERENCES identity.users)',
      'constraint t_u_fkey on table theirs.t',
    ],
    ['a table in the schema', 'CREATE TABLE identity.their_table (id int)', 'table their_table'],
    ['a function in the schema', `CREATE FUNCTION identity.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`, 'function f'],
  ])('is refused for %s, by name', async (_what, sql, named) => {
    await client.query(sql);
    expect(await drop(await saved())).toMatchObject({ type: 'NotOurSchema', message: expect.stringContaining(named) });
    expect(await value(client, 'SELECT count(*)::int FROM identity.users')).toBe(2);
  });

  test('waits no longer than the lock timeout for those who use it', async () => {
    const other = await databases.connect(url);
    await other.query('BEGIN; SELECT * FROM identity.users');
    expect(await drop(await saved())).toMatchObject({ code: '55P03' });
    await other.query('COMMIT');
    expect(await there()).toBe(true);
  });

  test('what an unfinished run made goes without a comparison, but nothing of others', async () => {
    await client.query('CREATE TABLE identity.their_table (id int)');
    await expect(transaction(client, {}, () => dropMade(client, 'identity'))).rejects.toMatchObject({ type: 'NotOurSchema' });
    await client.query('DROP TABLE identity.their_table');
    await transaction(client, {}, () => dropMade(client, 'identity'));
    expect(await there()).toBe(false);
    await transaction(client, {}, () => dropMade(client, 'identity'));
  });
});

test('grants are given again, where their object and role still are', async () => {
  await client.query(`GRANT USAGE ON SCHEMA identity TO reader, PUBLIC; GRANT SELECT ON identity.users TO reader WITH GRANT OPTION;
    GRANT SELECT, INSERT ON identity.roles TO "odd Name"; GRANT UPDATE (bio) ON identity.users TO reader; GRANT USAGE ON SEQUENCE identity.users_id_seq TO reader`);
  const before = await readGrants(client, 'identity');
  expect(before).toHaveLength(7);
  expect(await drop(await saved())).toBeNull();
  await createMarked(client);
  expect(await readGrants(client, 'identity')).toEqual([]);
  const gone = [
    { ...before[0]!, grantee: 'nobody' },
    { ...before.find(({ table }) => table === 'roles')!, table: 'no_table' },
    { ...before.find(({ column }) => column === 'bio')!, column: 'no_column' },
  ];
  expect(await transaction(client, {}, () => giveGrants(client, 'identity', [...before, ...gone]))).toBe(7);
  expect(await readGrants(client, 'identity')).toEqual(before);
});

describe('the next id', () => {
  test('lies above the highest one and the floor', async () => {
    const users = { schema: 'identity', table: 'users', column: 'id' };
    expect(await setIdentityValue(client, { ...users, floor: 88_770_000 })).toBe(88_770_001);
    expect(await value(client, `INSERT INTO identity.users (handle) VALUES ('x') RETURNING id::float8`)).toBe(88_770_001);
    expect(await setIdentityValue(client, { ...users, floor: 5 })).toBe(88_770_002);
    expect(await setIdentityValue(client, { schema: 'identity', table: 'roles', column: 'id', floor: 0 })).toBe(1);
  });

  test('is set for every table that has one', async () => {
    const columns = await identityColumns(client, 'identity');
    expect(columns).toContainEqual({ table: 'mfa_methods', column: 'id' });
    expect(columns.map(({ table }) => table)).not.toContain('countries');
    for (const column of columns)
      expect(await setIdentityValue(client, { schema: 'identity', ...column, floor: 7 })).toBeGreaterThanOrEqual(8);
  });
});
