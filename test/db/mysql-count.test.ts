import { buffer } from 'node:stream/consumers';
import type { Connection } from 'mysql2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlChunkReader, type CopyPath } from '../../src/db/mysql/chunk-reader.ts';
import { queryMysql } from '../../src/db/mysql/session.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { PLAN, tablePlan } from '../../src/plan/plan.ts';
import type { TablePlan } from '../../src/plan/types.ts';
import { mysqlDrivingQueries, type MysqlDrivingQueries } from '../../src/sql/driving-query.ts';
import type { KeyBounds } from '../../src/sql/range.ts';
import { WireStage } from './mysql-wire-stage.ts';

const WHOLE = { lower: null, upper: null };
const HERE = { absent: [] };
const RANGES: readonly KeyBounds[] = [WHOLE, { lower: [3], upper: [20] }, { lower: [1_000_000], upper: null }];
const NUMBERED = PLAN.filter(({ source, key }) => source === 'authorization_db' && key.length === 1 && key[0]!.type !== 'text');

describe.each(mysqlFamilies())('what $family says that it found', (family) => {
  let stage: WireStage;

  beforeAll(async () => (stage = await WireStage.open(family)));
  afterAll(() => stage?.close());

  const readerOf = (connection: Connection, table: TablePlan, sql: MysqlDrivingQueries, path: CopyPath) =>
    mysqlChunkReader({ role: 'source', name: 'authorization_db', url: stage.server.url('root') }, connection, table, sql, path);

  describe.each(['binary', 'text'] as const)('by the %s path', (path) => {
    test.each(NUMBERED.map((table) => [table.table, table] as const))('%s: as many rows as it counts', async (_name, table) => {
      for (const bounds of RANGES) {
        const sql = mysqlDrivingQueries(table, bounds, HERE);
        const reader = readerOf(stage.reading, table, sql, path);
        await buffer(reader.tuples());
        const [counted] = await queryMysql<{ n: number }>(stage.reading, sql.count);
        // Counting was a query with a result of its own: the rows have to come again.
        await buffer(reader.tuples());
        expect(await reader.count(), JSON.stringify(bounds)).toBe(Number(counted!.n));
      }
    });

    test('a stream given up in its middle does not count', async () => {
      const table = tablePlan('role_assignments');
      const sql = mysqlDrivingQueries(table, WHOLE, HERE);
      const reader = readerOf(stage.reading, table, sql, path);
      reader.tuples().destroy();
      await buffer(reader.tuples());
      const found = await reader.count();
      expect(found).toBe(Number((await queryMysql<{ n: number }>(stage.reading, sql.count))[0]!.n));
      expect(found).toBeGreaterThan(0);
    });

    test('a server that has no such function counts', async () => {
      const table = tablePlan('role_assignments');
      const sql = { ...mysqlDrivingQueries(table, WHOLE, HERE), found: 'SELECT no_such_function_here() AS n' };
      const reader = readerOf(stage.reading, table, sql, path);
      const rows = await buffer(reader.tuples());
      expect(rows.length).toBeGreaterThan(0);
      expect(await reader.count()).toBe(Number((await queryMysql<{ n: number }>(stage.reading, sql.count))[0]!.n));
    });
  });
});
