import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConnection, type Connection } from 'mysql2/promise';
import { startMysql } from '../../src/local/servers/mysql.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { PLAN, tablePlan } from '../../src/plan/plan.ts';
import { AUTHORIZATION_DB } from '../../src/plan/sources/authorization-db.ts';
import { wholeCountQuery } from '../../src/sql/count-check.ts';
import { mysqlDrivingQueries } from '../../src/sql/driving-query.ts';
import { quoteIdentifier } from '../../src/sql/quote.ts';
import { cut, type Row } from './plan-databases.ts';

const HERE = { absent: [] };
const TABLES = PLAN.filter((table) => table.source === 'authorization_db');

let servers: ServerSet;
let source: Connection;

beforeAll(async () => {
  servers = await ServerSet.forTest('plan-queries-mysql');
  // The server's own character set and modes are others than ours.
  const server = await startMysql({
    servers,
    name: 'mysql',
    characterSet: 'latin1',
    settings: { 'sql-mode': 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES' },
  });
  source = await createConnection({ uri: server.url('root'), charset: 'utf8mb4', dateStrings: true });
  for (const [table, columns] of Object.entries(AUTHORIZATION_DB)) {
    const list = Object.entries(columns).map(([name, column]) => `${quoteIdentifier(name, 'mysql')} ${column.type}`);
    await source.query(`CREATE TABLE ${quoteIdentifier(table, 'mysql')} (${list.join(', ')})`);
  }
  await source.execute('INSERT INTO `role` (id, name) VALUES (1, ?), (2, ?), (2, ?), (-3, ?), (4, ?), (NULL, ?)', [
    'a',
    'b',
    'c',
    'd',
    'e',
    'f',
  ]);
  await source.execute('INSERT INTO role_assignment (id, role_id, subject_id, subject_type) VALUES (1, 1, 1, 2), (2, 1, 2, NULL)');
  for (const id of POLICIES) {
    await source.execute('INSERT INTO permission_policy (id, subjectId, subjectType, resource, policy) VALUES (?, ?, ?, ?, ?)', [
      id,
      's',
      't',
      'r',
      '{}',
    ]);
  }
});

afterAll(async () => {
  await source?.end();
  await servers?.stopAll();
});

/** Ids that a collation would order or fold otherwise than their bytes do, and such as end a literal. */
const POLICIES = ['b', 'B', 'a', 'A ', 'é', 'E', "o'neil", 'x\\', 'x"', '10', '9', 'ÿ'];

test.each(TABLES.map((table) => [table.table, table] as const))(
  '%s: chunks of two rows hold each row once, in key order',
  async (_name, table) => {
    const [whole] = await ask(wholeCountQuery(table, HERE));
    let counted = 0;
    let read = 0;
    for (const bounds of await cut(table, ask)) {
      const { count, select } = mysqlDrivingQueries(table, bounds, HERE);
      counted += Number((await ask(count))[0]!['n']);
      const [rows, fields] = await source.query({ sql: select, rowsAsArray: true });
      read += (rows as unknown[]).length;
      expect(fields.map((field) => field.name)).toEqual(table.columns.map((column) => column.from));
    }
    expect([counted, read]).toEqual([whole!['n'], whole!['n']]);
  },
);

describe('keys', () => {
  test('text goes by its UTF-8 bytes', async () => {
    const { select } = mysqlDrivingQueries(tablePlan('permission_policies'), { lower: null, upper: null }, HERE);
    const ids = (await ask(select)).map((row) => String(row['id']));
    const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    expect(ids).toEqual([...POLICIES].sort(byBytes));
  });

  test('a chunk takes the duplicates of its upper key along', async () => {
    const { count } = mysqlDrivingQueries(tablePlan('roles'), { lower: [1], upper: [2] }, HERE);
    expect(await ask(count)).toEqual([{ n: 2 }]);
  });
});

describe('what is missing', () => {
  test('a column stands as its documented default, where it is absent', async () => {
    const { select } = mysqlDrivingQueries(
      tablePlan('role_assignments'),
      { lower: null, upper: null },
      { absent: ['role_assignment.subject_type', 'role_assignment.createdBy'] },
    );
    expect((await ask(select)).map((row) => [row['subject_type'], row['createdBy']])).toEqual([
      [1, null],
      [1, null],
    ]);
  });

  test('a table has no rows, where it is absent', async () => {
    const context = { absent: ['role'] };
    expect(await ask(wholeCountQuery(tablePlan('roles'), context))).toEqual([{ n: 0 }]);
    expect(await ask(mysqlDrivingQueries(tablePlan('roles'), { lower: [1], upper: null }, context).select)).toEqual([]);
  });
});

async function ask(sql: string): Promise<Row[]> {
  const [rows] = await source.query(sql);
  return rows as Row[];
}
