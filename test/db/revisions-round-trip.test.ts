import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWN_TABLES } from '../../src/schema/own-tables.ts';
import { fingerprintSchema, type SchemaFingerprint } from '../../src/schema/ownership.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { openCommandStage, type CommandStage } from './command-stage.ts';
import { catalogOf, value } from './schema-database.ts';

let stage: CommandStage;
beforeAll(async () => (stage = await openCommandStage('revisions-round-trip')));
afterAll(() => stage?.close());

const ids = loadRevisions().map(({ revision }) => revision);
const below = (revision: string) => ids[ids.indexOf(revision) - 1] ?? '0';
const go = async (line: string) => {
  const { code, stderr } = await stage.run(line);
  expect({ code, errors: stderr.match(/error.*/g) }).toEqual({ code: 0, errors: null });
};

/** One row in each table that is there, with a value for every column that wants one. */
async function fill(client: pg.Client): Promise<void> {
  await client.query(`SET session_replication_role = replica`);
  for (const { table, columns } of await catalogOf(client, 'identity')) {
    const wanted = columns.filter((column) => column.generated === null && column.name !== 'password_scheme');
    const given = wanted.filter(
      (column) => column.name === 'id' || (!column.nullable && column.default === null) || column.name.endsWith('name'),
    );
    const names = given.map(({ name }) => `"${name}"`).join(', ');
    await client.query(`INSERT INTO identity."${table}" (${names}) VALUES (${given.map(({ type }) => valueOf(type)).join(', ')})`);
  }
  await client.query('RESET session_replication_role');
}

function valueOf(type: string): string {
  if (/^(bigint|integer|smallint|numeric)/.test(type)) return '1';
  if (type === 'boolean') return 'true';
  if (type === 'jsonb') return `'{}'`;
  return /^(timestamp|date)/.test(type) ? 'now()' : `'x'`;
}

describe.each(ids)('revision %s', (revision) => {
  test('up, down and up again gives the same catalog', async () => {
    await stage.client.query('DROP SCHEMA IF EXISTS identity CASCADE');
    if (below(revision) !== '0') await go(`migrate-to ${below(revision)}`);
    const before = await catalogOf(stage.client, 'identity');
    await go(`migrate-to ${revision}`);
    const after = await catalogOf(stage.client, 'identity');
    await go(`rollback ${below(revision)} --yes`);
    expect(await catalogOf(stage.client, 'identity')).toEqual(before);
    await go(`migrate-to ${revision}`);
    expect(await catalogOf(stage.client, 'identity')).toEqual(after);
  });

  test('keeps every row on its way up, and on its way down each of the tables that stay', async () => {
    await stage.client.query('DROP SCHEMA IF EXISTS identity CASCADE');
    if (below(revision) !== '0') await go(`migrate-to ${below(revision)}`);
    await fill(stage.client);
    const rows = async () => rowsOf((await fingerprintSchema(stage.client, 'identity')) ?? []);
    const kept = async () => valuesOf(stage.client, before);
    const before = await catalogOf(stage.client, 'identity');
    const [count, values] = [await rows(), await kept()];
    await go(`migrate-to ${revision}`);
    expect(await rows()).toMatchObject(count);
    expect(await kept()).toEqual(values);
    await go(`rollback ${below(revision)} --yes`);
    expect(await rows()).toEqual(count);
    expect(await kept()).toEqual(values);
  });
});

test('a filled schema has a row in each of its tables', async () => {
  await stage.client.query('DROP SCHEMA IF EXISTS identity CASCADE');
  await go('migrate');
  await fill(stage.client);
  const found = rowsOf((await fingerprintSchema(stage.client, 'identity')) ?? []);
  expect(found).toEqual(Object.fromEntries(OWN_TABLES.map((table) => [table, 1])));
});

const rowsOf = (tables: SchemaFingerprint) => Object.fromEntries(tables.map(({ table, rows }) => [table, rows]));

/** What is in the columns that were there before, whatever came to them. */
async function valuesOf(client: pg.Client, tables: Awaited<ReturnType<typeof catalogOf>>): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const { table, columns } of tables) {
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    values[table] = await value(
      client,
      `SELECT md5(string_agg(ROW(${names})::text, '|' ORDER BY ROW(${names})::text)) FROM identity."${table}"`,
    );
  }
  return values;
}
