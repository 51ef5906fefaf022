import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { applyConstrainStep } from '../../src/schema/constrain.ts';
import { createBare } from '../../src/schema/create.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { constrainSteps, type ConstrainStep } from '../../src/sql/constrain.ts';
import { catalogOf, openSchemaDatabase, untilTrue, value, type SchemaDatabase } from './schema-database.ts';

let databases: SchemaDatabase;
let client: pg.Client;
let url: string;
let steps: ConstrainStep[];

beforeAll(async () => {
  databases = await openSchemaDatabase('schema-constrain');
  ({ url, client } = await databases.empty());
});
afterAll(() => databases?.close());
beforeEach(async () => {
  await client.query('DROP SCHEMA IF EXISTS identity CASCADE');
  const bare = { schema: 'identity', revisions: loadRevisions(), carry: [] };
  steps = constrainSteps(await transaction(client, {}, () => createBare(client, bare)), 'identity');
});

afterEach(() => vi.restoreAllMocks());

/** The whole of it, not its first half. */
const stepOf = (name: string) => steps.findLast((step) => step.name === name)!;
const apply = (name: string, on: pg.Client = client) => transaction(on, {}, () => applyConstrainStep(on, 'identity', stepOf(name)));
/** All but foreign keys. */
const applyRest = () =>
  transaction(client, {}, async () => {
    for (const step of steps)
      if (step.kind !== 'reference' && step.kind !== 'foreign_key') await applyConstrainStep(client, 'identity', step);
  });
const failure = async (work: Promise<unknown>) =>
  (await work.then(
    () => null,
    (error: unknown) => error,
  )) as { type: string; message: string; table: string } | null;

test('a step comes after those it needs', () => {
  const place = new Map(steps.map((step, index) => [step.step, index]));
  for (const { step, after } of steps) for (const needed of after) expect(place.get(needed)).toBeLessThan(place.get(step)!);
  expect(place.size).toBe(steps.length);
});

test('a second round changes nothing', async () => {
  const round = () =>
    transaction(client, {}, async () => {
      let statements = 0;
      for (const step of steps) statements += await applyConstrainStep(client, 'identity', step);
      return statements;
    });
  expect(await round()).toBe(steps.length);
  const before = await catalogOf(client, 'identity');
  expect(await round()).toBe(0);
  expect(await catalogOf(client, 'identity')).toEqual(before);
});

describe('what a former attempt left', () => {
  const indexOid = (name: string) => value(client, 'SELECT to_regclass($1)::oid', [`identity.${name}`]);

  test('a key’s index is attached as it is', async () => {
    await client.query(stepOf('users_pkey').sql[0]!);
    const oid = await indexOid('users_pkey');
    expect(await apply('users_pkey')).toBe(1);
    expect(await indexOid('users_pkey')).toBe(oid);
    expect(await value(client, `SELECT contype FROM pg_constraint WHERE conindid = $1`, [oid])).toBe('p');
  });

  test('a plain index in place of a unique one is built again', async () => {
    await client.query(stepOf('users_pkey').sql[0]!.replace('UNIQUE ', ''));
    expect(await apply('users_pkey')).toBe(3);
    expect(await value(client, `SELECT contype FROM pg_constraint WHERE conname = 'users_pkey'`)).toBe('p');
  });

  test('an invalid index is built again', async () => {
    await client.query(`INSERT INTO identity.users (id, handle) VALUES (1, 'ada'), (2, 'ADA')`);
    const concurrently = stepOf('users_handle_folded_key').sql[0]!.replace('INDEX', 'INDEX CONCURRENTLY');
    await expect(client.query(concurrently)).rejects.toMatchObject({ code: '23505' });
    const invalid = (await catalogOf(client, 'identity')).find(({ table }) => table === 'users')!.indexes;
    expect(invalid).toMatchObject([{ name: 'users_handle_folded_key', valid: false }]);
    await client.query('DELETE FROM identity.users WHERE id = 2');
    expect(await apply('users_handle_folded_key')).toBe(2);
    const rebuilt = (await catalogOf(client, 'identity')).find(({ table }) => table === 'users')!.indexes;
    expect(rebuilt).toMatchObject([{ name: 'users_handle_folded_key', valid: true }]);
  });

  test('a foreign key that is not valid is validated', async () => {
    await applyRest();
    await client.query(`SET search_path = identity; ${stepOf('emails_type_id_fkey').sql[0]!}; RESET search_path`);
    expect(await apply('emails_type_id_fkey')).toBe(1);
    expect(await value(client, `SELECT convalidated FROM pg_constraint WHERE conname = 'emails_type_id_fkey'`)).toBe(true);
  });

  test('something else of that name is named, and left', async () => {
    await client.query('CREATE INDEX emails_type_id_idx ON identity.emails (status_id)');
    expect(await failure(apply('emails_type_id_idx'))).toMatchObject({
      type: 'ConstraintFailed',
      table: 'emails',
      message: expect.stringContaining('emails_type_id_idx, which belongs to emails'),
    });
    expect(await indexOid('emails_type_id_idx')).not.toBeNull();
    await client.query('ALTER TABLE identity.emails ADD CONSTRAINT emails_status_id_fkey CHECK (status_id > 0)');
    expect(await failure(apply('emails_status_id_fkey'))).toMatchObject({ type: 'ConstraintFailed' });
  });
});

describe('rows that do not hold to it', () => {
  test('are told by constraint and table, without a value', async () => {
    await client.query(`INSERT INTO identity.users (id, handle) VALUES (1, 'hunter2'), (1, 'HUNTER2')`);
    for (const name of ['users_pkey', 'users_handle_folded_key']) {
      const failed = await failure(apply(name));
      expect(failed).toMatchObject({ type: 'ConstraintFailed', table: 'users', message: expect.stringContaining(`${name} on users`) });
      expect(failed!.message).not.toMatch(/hunter2|=\(/i);
    }
  });

  test('orphans too', async () => {
    await client.query('INSERT INTO identity.emails (id, type_id) VALUES (1, 4711)');
    await applyRest();
    const failed = await failure(apply('emails_type_id_fkey'));
    expect(failed).toMatchObject({ type: 'ConstraintFailed', message: expect.stringContaining('[23503]') });
    expect(failed!.message).not.toContain('4711');
  });
});

test('a deadlock is tried again', async () => {
  await applyRest();
  const asked = vi.spyOn(client, 'query');
  const other = await databases.connect(url);
  // Of the two, only the step looks for deadlocks, a second after it began to wait.
  await other.query(`SET deadlock_timeout = '10min'; SET lock_timeout = '20s'`);
  await other.query('BEGIN; LOCK TABLE identity.email_types IN ROW EXCLUSIVE MODE');
  const built = apply('emails_type_id_fkey');
  const waiting = `SELECT count(*) > 0 FROM pg_locks WHERE relation = 'identity.email_types'::regclass AND NOT granted`;
  await untilTrue(other, waiting);
  await other.query('LOCK TABLE identity.emails IN ROW EXCLUSIVE MODE; COMMIT');
  expect(await built).toBe(2);
  expect(asked.mock.calls.map(([sql]) => sql as unknown)).toContain('ROLLBACK TO SAVEPOINT constrain_step');
  expect(await value(other, `SELECT convalidated FROM pg_constraint WHERE conname = 'emails_type_id_fkey'`)).toBe(true);
});
