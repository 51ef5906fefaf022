import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { PLAN } from '../../src/plan/plan.ts';
import type { CatalogTable } from '../../src/schema/catalog.ts';
import { createBare } from '../../src/schema/create.ts';
import { OWN_TABLES } from '../../src/schema/own-tables.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { carryColumns } from '../../src/sql/carry-columns.ts';
import type { Definition } from '../../src/sql/definition.ts';
import { ENHANCED_COLUMNS, ENHANCED_INDEXES } from './enhanced-model.ts';
import { catalogOf, createWhole, openSchemaDatabase, revise, value, type SchemaDatabase } from './schema-database.ts';

let databases: SchemaDatabase;
let client: pg.Client;
let fromRevisions: CatalogTable[];
let bare: CatalogTable[];
let definitions: Definition[];

beforeAll(async () => {
  databases = await openSchemaDatabase('schema');
  ({ client } = await databases.empty());
  await client.query('CREATE SCHEMA plain');
  await revise(client, 'plain', 'up');
  fromRevisions = await catalogOf(client, 'plain');
  definitions = await transaction(client, {}, () =>
    createBare(client, { schema: 'bare', revisions: loadRevisions(), carry: carryColumns() }),
  );
  bare = await catalogOf(client, 'bare');
});
afterAll(() => databases?.close());

const columnsOf = (catalog: readonly CatalogTable[], table: string) => catalog.find((one) => one.table === table)!.columns;

describe('the revisions', () => {
  test('make the 36 tables that the plan fills or leaves empty, and no other', () => {
    expect(fromRevisions.map(({ table }) => table)).toEqual([...OWN_TABLES].sort());
    expect(fromRevisions).toHaveLength(36);
  });

  test('make every column that the plan fills', () => {
    for (const { table, columns } of PLAN) {
      const there = columnsOf(fromRevisions, table).map(({ name }) => name);
      expect(there).toEqual(expect.arrayContaining(columns.filter(({ carry }) => carry !== true).map(({ name }) => name)));
    }
  });

  test('go down to nothing and up again to the same', async () => {
    await revise(client, 'plain', 'down');
    expect(await catalogOf(client, 'plain')).toEqual([]);
    expect(await value(client, `SELECT count(*)::int FROM pg_depend WHERE refobjid = 'plain'::regnamespace`)).toBe(0);
    await revise(client, 'plain', 'up');
    expect(await catalogOf(client, 'plain')).toEqual(fromRevisions);
  });

  test('name constraints and indexes after their table', () => {
    for (const { table, constraints, indexes } of fromRevisions)
      for (const { name } of [...constraints, ...indexes])
        expect(name).toMatch(new RegExp(`^${table}_\\w+_(fkey|key|idx|check)$|^${table}_pkey$`));
  });

  test('give every table a key', () => {
    for (const { table, constraints } of fromRevisions)
      expect(constraints.map(({ kind }) => kind)).toContain(table === 'user_achievements' ? 'unique' : 'primary_key');
  });

  test('index every column of a foreign key, generated ones too', async () => {
    const { rows } = await client.query(
      `SELECT conrelid::regclass || '.' || a.attname AS bare FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE connamespace = 'plain'::regnamespace AND contype = 'f'
          AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = k.conrelid AND x.indkey[0] = k.conkey[1] AND x.indpred IS NULL)`,
    );
    expect(rows).toEqual([]);
    const foreignKeys = fromRevisions.flatMap(({ constraints }) => constraints.filter(({ kind }) => kind === 'foreign_key'));
    expect(foreignKeys.length).toBeGreaterThan(30);
  });

  test('number new rows by identity wherever there is an id of our own', () => {
    for (const { table, columns } of fromRevisions) {
      const id = columns.find(({ name }) => name === 'id');
      if (id === undefined) continue;
      const { type, identity } = id;
      expect({ table, type, identity }).toEqual(
        table === 'permission_policies' ? { table, type: 'text', identity: null } : { table, type: 'bigint', identity: 'by default' },
      );
    }
  });

  test('use bigint for every reference, timestamptz for every time and jsonb for JSON', () => {
    const types = new Set(fromRevisions.flatMap(({ columns }) => columns.map(({ type }) => type)));
    expect([...types].filter((type) => /timestamp|json|int/.test(type)).sort()).toEqual([
      'bigint',
      'integer',
      'jsonb',
      'smallint',
      'timestamp with time zone',
    ]);
    const references = fromRevisions
      .filter(({ table }) => table !== 'permission_policies')
      .flatMap(({ table, columns }) => columns.map((column) => ({ table, ...column })))
      .filter(({ name }) => name.endsWith('_id') && !/^(open|social_user|sso_user|resource)_id$/.test(name));
    for (const { table, name, type } of references)
      if (`${table}.${name}` !== 'clients.client_id') expect(`${table}.${name} ${type}`).toMatch(/ bigint$/);
  });
});

describe('the enhanced model', () => {
  test.each(Object.entries(ENHANCED_COLUMNS))('has every column and default of %s, and no other', (table, columns) => {
    const found = columnsOf(fromRevisions, table).map((column) => [column.name, column.default]);
    expect(Object.fromEntries(found)).toEqual(columns);
  });

  test.each(ENHANCED_INDEXES)('has on %s a valid index (unique: %s) on %s', (table, unique, on) => {
    const { indexes } = fromRevisions.find((one) => one.table === table)!;
    const same = indexes.filter(({ definition, valid }) => valid && definition.endsWith(` USING btree ${on}`));
    expect(same.map(({ definition }) => definition.startsWith('CREATE UNIQUE'))).toEqual([unique]);
  });

  test('has ten tables', () => expect(Object.keys(ENHANCED_COLUMNS)).toHaveLength(10));
});

describe('bare tables', () => {
  test('keep types, checks, NOT NULL, generated and identity columns, and have no key, index or default of now()', () => {
    for (const { table, columns, constraints, indexes } of bare) {
      expect(indexes).toEqual([]);
      const whole = fromRevisions.find((one) => one.table === table)!;
      expect(constraints).toEqual(whole.constraints.filter(({ kind }) => kind === 'check'));
      const carried = carryColumns().filter((column) => column.table === table);
      expect(columns.slice(0, whole.columns.length)).toEqual(
        whole.columns.map((column) => ({ ...column, default: column.default === 'now()' ? null : column.default })),
      );
      expect(columns.slice(whole.columns.length).map(({ name, type }) => ({ table, column: name, nullable: true, type }))).toEqual(
        carried.map(({ column }) => ({ table, column, nullable: true, type: expect.any(String) })),
      );
    }
  });

  test('have their history filled', async () => {
    const { rows } = await client.query('SELECT revision, name, checksum FROM bare.schema_revisions ORDER BY 1');
    expect(rows).toEqual(loadRevisions().map(({ revision, name, checksum }) => ({ revision, name, checksum })));
  });

  test('give definitions that survive JSON', () => {
    expect(JSON.parse(JSON.stringify(definitions))).toEqual(definitions);
    expect(definitions.filter(({ kind }) => kind === 'primary_key')).toHaveLength(35);
  });

  test('become what the revisions make, once every step is done', async () => {
    const { client: other } = await databases.empty();
    await createWhole(other, 'identity');
    expect(await catalogOf(other, 'identity')).toEqual(fromRevisions);
  });

  test('take a revision that is a concurrent index', async () => {
    const { client: other } = await databases.empty();
    const [first] = loadRevisions();
    const concurrent = {
      ...first!,
      revision: '0009',
      transactional: false,
      up: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS x ON email_types (name);',
    };
    const found = await transaction(other, {}, () => createBare(other, { schema: 'identity', revisions: [first!, concurrent], carry: [] }));
    expect(found.filter(({ name }) => name === 'x')).toMatchObject([
      { kind: 'index', definition: expect.not.stringContaining('CONCURRENTLY') },
    ]);
  });
});
