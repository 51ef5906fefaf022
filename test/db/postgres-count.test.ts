import { buffer } from 'node:stream/consumers';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresChunkReader } from '../../src/db/postgres/chunk-reader.ts';
import { land } from '../../src/db/copy/land.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { PLAN, tablePlan } from '../../src/plan/plan.ts';
import { breaksCast } from '../../src/sql/casts.ts';
import { declaredWhole } from '../../src/sql/declared-whole.ts';
import { postgresDrivingQueries } from '../../src/sql/driving-query.ts';
import { count, cut, openPlanDatabases, type PlanDatabases, type Row } from './plan-databases.ts';

const HERE = { absent: [] };
const SNAPSHOT = { isolation: 'REPEATABLE READ', readOnly: true } as const;
const OLTP = PLAN.filter((table) => table.source === 'common_oltp');

let databases: PlanDatabases;
let source: pg.Client;
let target: pg.Client;

beforeAll(async () => {
  databases = await openPlanDatabases('postgres-count');
  ({ source, target } = databases);
});
afterAll(() => databases?.close());

function readerOf(queries: ReturnType<typeof postgresDrivingQueries>, table = tablePlan('emails')) {
  return postgresChunkReader({ role: 'source', name: 'common_oltp', url: '' }, source, { table, queries, checkedText: false });
}

test.each(OLTP.map((table) => [table.table, table] as const))('%s: each chunk counts what the table holds there', async (_name, table) => {
  await transaction(source, SNAPSHOT, async () => {
    for (const bounds of await cut(table, async (sql) => (await source.query<Row>(sql)).rows)) {
      const queries = postgresDrivingQueries(table, bounds, HERE);
      const reader = readerOf(queries, table);
      await buffer(reader.tuples());
      expect(await reader.count(), JSON.stringify(bounds)).toBe(await count(source, queries.count));
    }
  });
});

test.each(OLTP.map((table) => [table.table, table] as const))(
  '%s: what is trusted is what is looked at, or is refused',
  async (_name, table) => {
    const all = async (sql: string) => (await source.query<Row>(sql)).rows;
    for (const bounds of await cut(table, all)) {
      await transaction(source, SNAPSHOT, async () => {
        const queries = postgresDrivingQueries(table, bounds, HERE);
        const reader = readerOf(queries, table);
        const trusting = reader.trusting();
        if (trusting === null) return;
        const trusted = await buffer(trusting).catch((error: unknown) => error);
        const counted = trusted instanceof Error ? null : await reader.count();
        if (trusted instanceof Error) expect(reader.isRefusal(trusted)).toBe(true);
        const looked = await buffer(reader.tuples());
        const nan = (await all(queries.bad!)).filter((row) => row['reason'] === 'invalid_value');
        if (trusted instanceof Error) expect(nan.length).toBeGreaterThan(0);
        else expect([trusted, counted]).toEqual([looked, await count(source, queries.count)]);
      });
    }
  },
);

test('a stream that comes again, whole or after one given up in its middle, does not count twice', async () => {
  const queries = postgresDrivingQueries(tablePlan('user_emails'), { lower: null, upper: null }, HERE);
  await transaction(source, SNAPSHOT, async () => {
    const bad = (await source.query(queries.bad!)).rowCount;
    expect(bad).toBeGreaterThan(0);
    const reader = readerOf(queries, tablePlan('user_emails'));
    await buffer(reader.tuples());
    reader.tuples().destroy();
    await buffer(reader.tuples());
    expect(await reader.count()).toBe(await count(source, queries.count));
    expect(await count(source, queries.keptOut!)).toBe(bad);
  });
});

describe('a declared type that leaves only NaN to look for', () => {
  const column = { from: 'e.email_type_id', cast: 'bigint' } as const;
  const from = '{email} e';

  test.each([
    ['numeric(10,0)', true],
    ['numeric(18)', true],
    ['numeric(19,0)', false],
    ['numeric(10,2)', false],
    ['numeric(3,-2)', false],
    ['numeric', false],
    ['bigint', false],
    ['double precision', false],
  ])('%s: %s', async (type, whole) => {
    await source.query(`ALTER TABLE common_oltp.email ALTER COLUMN email_type_id TYPE ${type}`);
    const { rows } = await source.query<{ is: boolean }>(`SELECT ${declaredWhole({ from }, column)} AS is`);
    expect(rows).toEqual([{ is: whole }]);
    const small = await source.query<{ is: boolean }>(`SELECT ${declaredWhole({ from }, { ...column, cast: 'smallint' })} AS is`);
    expect(small.rows).toEqual([{ is: false }]);
  });

  test('by whichever way it looks, the same rows are kept out', async () => {
    const values = ['1', 'NaN', '1.5', '-1.000', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '1e18', null];
    const keptOut: Record<string, unknown> = {};
    for (const type of ['numeric', 'numeric(30,3)', 'numeric(18,0)']) {
      await source.query(`DELETE FROM common_oltp.email; ALTER TABLE common_oltp.email ALTER COLUMN email_type_id TYPE ${type}`);
      for (const [at, value] of values.entries()) {
        // What the declared type refuses cannot be there.
        await source
          .query('INSERT INTO common_oltp.email (email_id, user_id, email_type_id) VALUES ($1, 1, $2)', [at, value])
          .catch((error: { code: string }) => expect(error.code).toBe('22003'));
      }
      const { bad } = postgresDrivingQueries(tablePlan('emails'), { lower: null, upper: null }, HERE);
      const { rows } = await source.query<{ source_key: { email_id: number } }>(bad!);
      const expected = await source.query(`SELECT email_id::int AS id FROM common_oltp.email e WHERE ${breaksCast(column)} ORDER BY 1`);
      keptOut[type] = rows.map(({ source_key }) => source_key.email_id);
      expect(keptOut[type], type).toEqual(expected.rows.map((row: { id: number }) => row.id));
    }
    expect(keptOut).toEqual({ numeric: [1, 2, 5, 6], 'numeric(30,3)': [1, 2, 5, 6], 'numeric(18,0)': [1] });
  });

  test.each(['numeric(18,0)', 'numeric'])('%s: trusted, the chunk lands as it does looked at', async (type) => {
    const keep = 'identity_migration_kept';
    await source.query(`DELETE FROM common_oltp.email; ALTER TABLE common_oltp.email ALTER COLUMN email_type_id TYPE ${type};
      INSERT INTO common_oltp.email (email_id, user_id, email_type_id) SELECT n, 1, n FROM generate_series(1, 5000) n`);
    const emails = tablePlan('emails');
    const queries = postgresDrivingQueries(emails, { lower: null, upper: null }, HERE);
    await target.query(`CREATE SCHEMA IF NOT EXISTS ${keep}; CREATE TABLE IF NOT EXISTS ${keep}.emails
      (id bigint, address text, type_id bigint, status_id bigint, created_at timestamptz, updated_at timestamptz)`);
    const landed = (how: Partial<ReturnType<typeof readerOf>>) =>
      transaction(source, SNAPSHOT, () =>
        transaction(target, {}, async () => {
          const reader = { ...readerOf(queries), ...how };
          const { rows, sha256 } = await land(target, `COPY ${keep}.emails FROM STDIN (FORMAT binary)`, reader);
          const counted = await reader.count();
          const { rejects } = await reader.leftovers(counted - rows);
          return { rows, sha256, counted, rejects };
        }),
      );
    const whole = await landed({});
    expect(whole).toMatchObject({ rows: 5000, counted: 5000, rejects: [] });
    expect(await landed({ trusting: () => null })).toEqual(whole);
    await source.query(`UPDATE common_oltp.email SET email_type_id = 'NaN' WHERE email_id = 4711`);
    const trusted = await landed({});
    expect(trusted).toMatchObject({ rows: 4999, counted: 5000, rejects: [{ sourceKey: { email_id: 4711 }, reason: 'invalid_value' }] });
    expect(await landed({ trusting: () => null })).toEqual(trusted);
    expect(await landed({ isRefusal: () => false }).catch((error: unknown) => error)).toEqual(
      type === 'numeric' ? trusted : expect.objectContaining({ type: 'TableFailed' }),
    );
  });

  test('of what a query makes itself nothing is known', () => {
    expect(declaredWhole({ from }, { from: 'coalesce(e.email_type_id, 1)', cast: 'bigint' })).toBeNull();
    expect(declaredWhole({ from }, { from: 'e.address', cast: 'text' })).toBeNull();
    expect(declaredWhole({ from }, { from: 'e.no_such_column', cast: 'bigint' })).toBeNull();
    expect(declaredWhole({ from: '{email} e JOIN (SELECT 1 FROM {phone} e) x ON true' }, column)).toBeNull();
    expect(declaredWhole({ from: '(SELECT 1.5 AS email_type_id) e' }, column)).toBeNull();
  });
});
