import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunRef } from '../../src/db/ledger/fence.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { isUniqueByIndex } from '../../src/phases/unique-by-index.ts';
import { LedgerStage } from './ledger-stage.ts';

const PKEY = 'users_pkey';
const CREATE = `CREATE UNIQUE INDEX ${PKEY} ON identity.users USING btree (id)`;

let stage: LedgerStage;
let client: pg.Client;
let ref: RunRef;

beforeAll(async () => {
  stage = await LedgerStage.open('unique-by-index');
});
afterAll(() => stage?.close());

const begin = async (index = CREATE, predictions: Parameters<LedgerStage['acquire']>[1] = {}) => {
  await stage.reset();
  ref = await stage.acquire('a', predictions);
  client = await stage.session(ref);
  const definition = { table: 'users', name: PKEY, kind: 'primary_key', definition: 'PRIMARY KEY (id)', index, parent: null };
  await client.query('UPDATE identity_migration.runs SET definitions = $2 WHERE run = $1', [ref.run, JSON.stringify([definition])]);
};
beforeEach(() => begin());

const fill = (rows: string) => client.query(`INSERT INTO identity.users ${rows}`);
const ask = (columns: readonly string[] = ['id']) => transaction(client, {}, () => isUniqueByIndex(client, ref, 'users', columns));
const standing = async () =>
  (
    await client.query<{ definition: string }>(
      `SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = 'identity.users'::regclass`,
    )
  ).rows.map(({ definition }) => definition);

describe('rows without duplicates', () => {
  test('have their key’s index built, which says so', async () => {
    await fill('SELECT generate_series(1, 1000)');
    expect(await ask()).toBe(true);
    expect(await standing()).toEqual([CREATE]);
    expect(await ask()).toBe(true);
  });

  test('rows with a null in the key are nobody’s duplicates', async () => {
    await fill('VALUES (null), (null), (1)');
    expect(await ask()).toBe(true);
  });
});

test('duplicates are told, and nothing is left of the try', async () => {
  await fill('VALUES (1), (2), (1)');
  expect(await ask()).toBe(false);
  expect(await standing()).toEqual([]);
});

test('a plain index of the key’s name is no word for it', async () => {
  await client.query(CREATE.replace('UNIQUE ', ''));
  await fill('VALUES (1), (2)');
  expect(await ask()).toBe(false);
});

test('columns without a key are for the rule to look at', async () => {
  await fill('VALUES (1), (2)');
  expect(await ask(['id', 'other'])).toBe(false);
  expect(await standing()).toEqual([]);
});

test('so are those of a key to which two nulls are the same', async () => {
  await begin(`${CREATE} NULLS NOT DISTINCT`);
  await fill('VALUES (null), (null)');
  expect(await ask()).toBe(false);
});

test('foreseen duplicates are not tried', async () => {
  await begin(CREATE, { predictions: [{ table: 'users', kind: 'rejected', reason: 'duplicate_key', rows: 1, exact: true }] });
  await fill('VALUES (1), (2)');
  expect(await ask()).toBe(false);
  expect(await standing()).toEqual([]);
});
