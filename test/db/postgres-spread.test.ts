import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spreadChunks } from '../../src/phases/spread-chunks.ts';
import { tablePlan } from '../../src/plan/plan.ts';
import type { TablePlan } from '../../src/plan/types.ts';
import { postgresDrivingQueries } from '../../src/sql/driving-query.ts';
import { highestIdQuery } from '../../src/sql/highest-id.ts';
import { count, openPlanDatabases, type PlanDatabases, type Row } from './plan-databases.ts';

const context = { absent: [] };
const ROWS = 40_000;
const CHUNK = 4_000;
const table = tablePlan('emails');

let databases: PlanDatabases;
let source: pg.Client;
const ask = async (sql: string) => (await source.query<Row>(sql)).rows;
const cut = (plan: TablePlan, rows: number) => spreadChunks({ table: plan, rows, chunkRows: CHUNK, context }, ask);

beforeAll(async () => {
  databases = await openPlanDatabases('postgres-spread');
  ({ source } = databases);
  // A wide gap in the middle, as ids have where a sequence was moved.
  await source.query(`DELETE FROM common_oltp.email; INSERT INTO common_oltp.email (email_id, user_id)
    SELECT n + CASE WHEN n > ${ROWS / 2} THEN 1900000000 ELSE 0 END, n FROM generate_series(1, ${ROWS}) n`);
});
afterAll(() => databases?.close());

test('keys of which the server knows nothing are walked', async () => {
  expect(await cut(table, ROWS)).toBeNull();
});

test('a key with a wide gap is cut by statistics into chunks that hold each row once and not many too many', async () => {
  await source.query('ANALYZE common_oltp.email');
  const uppers = (await cut(table, ROWS))!;
  const sizes: number[] = [];
  for (const [index, upper] of [...uppers, null].entries()) {
    const bounds = { lower: index === 0 ? null : [uppers[index - 1]!], upper: upper === null ? null : [upper] };
    sizes.push(await count(source, postgresDrivingQueries(table, bounds, context).count));
  }
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(ROWS);
  expect(sizes.length).toBeGreaterThanOrEqual(ROWS / CHUNK / 2);
  // Twice is what spreadChunks allows itself; statistics come from a sample.
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2.5 * CHUNK);
});

test('the highest id comes from the end of the index, whatever lies above every number', async () => {
  const highest = highestIdQuery(table, context)!;
  await source.query('CREATE INDEX ON common_oltp.email (email_id); ANALYZE common_oltp.email');
  await source.query(`INSERT INTO common_oltp.email (email_id, user_id) VALUES ('NaN', 1)`);
  try {
    expect(await ask(highest)).toEqual([{ n: String(1_900_000_000 + ROWS) }]);
    const [plan] = await ask(`EXPLAIN (ANALYZE, FORMAT JSON) ${highest}`);
    const [{ Plan }] = plan!['QUERY PLAN'] as [{ Plan: { Plans: [{ 'Node Type': string; 'Actual Rows': number }] } }];
    expect(Plan.Plans[0]).toMatchObject({ 'Node Type': expect.stringMatching(/^Index/), 'Actual Rows': 1 });
  } finally {
    await source.query(`DELETE FROM common_oltp.email WHERE email_id = 'NaN'`);
  }
});

test('stale statistics, keys that are no whole numbers, and tables of which some rows are not wanted, are walked', async () => {
  expect(await cut(table, 2 * ROWS)).toBeNull();
  expect(await cut({ ...table, where: 'e.status_id = 1' }, ROWS)).toBeNull();
  expect(await cut({ ...table, from: '(SELECT * FROM {email}) e' }, ROWS)).toBeNull();
  await source.query(`INSERT INTO common_oltp.email (email_id, user_id) VALUES ('NaN', 1)`);
  expect(await cut(table, ROWS)).toBeNull();
});
