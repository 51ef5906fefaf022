import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { spreadChunks } from '../../src/phases/spread-chunks.ts';
import { tablePlan } from '../../src/plan/plan.ts';
import { highestIdQuery } from '../../src/sql/highest-id.ts';
import { keyEndsQuery } from '../../src/sql/key-spread.ts';
import type { Row } from './plan-databases.ts';

const context = { absent: [] };
const ROWS = 40_000;
const CHUNK = 4_000;
const table = tablePlan('role_assignments');

describe.each(mysqlFamilies().map((family) => [family.family, family] as const))('%s', (_name, family) => {
  let servers: ServerSet;
  let source: Connection;
  const ask = async (sql: string) => (await source.query(sql))[0] as Row[];
  const numberOf = async (sql: string) => Number((await ask(sql))[0]!['n']);

  beforeAll(async () => {
    servers = await ServerSet.forTest('mysql-spread');
    const server = await family.start({ servers, name: 'mysql' });
    source = await createConnection({ uri: server.url('root') });
    await source.query('CREATE TABLE role_assignment (id int NOT NULL PRIMARY KEY, note char(100) NOT NULL)');
    // A wide gap in the middle, as ids have where a sequence was moved.
    const digits =
      '(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
    await source.query(`INSERT INTO role_assignment
    SELECT n + CASE WHEN n > ${ROWS / 2} THEN 1900000000 ELSE 0 END, 'note'
      FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n FROM ${['a', 'b', 'c', 'e', 'f'].map((name) => `${digits} ${name}`).join(', ')}) all_n
     WHERE n <= ${ROWS}`);
    await source.query('ANALYZE TABLE role_assignment');
  });
  afterAll(async () => {
    await source?.end();
    await servers?.stopAll();
  });

  test('planning reads no rows: the ends of the key, and its highest value, come from the ends of the index', async () => {
    for (const query of [keyEndsQuery(table, context), highestIdQuery(table, context)!]) {
      await source.query('FLUSH STATUS');
      await ask(query);
      const read = new Map(
        (await ask("SHOW SESSION STATUS LIKE 'Handler_read%'")).map((row) => [row['Variable_name'], Number(row['Value'])]),
      );
      const ends = read.get('Handler_read_first')! + read.get('Handler_read_last')!;
      const all = [...read.values()].reduce((sum, reads) => sum + reads, 0);
      // MySQL counts the way to an end as a reading by key, too; MariaDB does not.
      expect(all - Math.min(ends, read.get('Handler_read_key')!), query).toBeLessThanOrEqual(2);
    }
  });

  test('a key with a wide gap is cut into chunks that hold each row once and not many too many', async () => {
    await source.query('FLUSH STATUS');
    const uppers = (await spreadChunks({ table, rows: ROWS, chunkRows: CHUNK, context }, ask))!;
    const read = await ask("SHOW SESSION STATUS LIKE 'Handler_read_next'");
    expect(Number(read[0]!['Value'])).toBeLessThan(ROWS / 10);
    const sizes: number[] = [];
    for (const [index, upper] of [...uppers, null].entries()) {
      const range = [index === 0 ? 'true' : `id > ${uppers[index - 1]}`, upper === null ? 'true' : `id <= ${upper}`];
      sizes.push(await numberOf(`SELECT count(*) AS n FROM role_assignment WHERE ${range.join(' AND ')}`));
    }
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(ROWS);
    expect(sizes.length).toBeGreaterThanOrEqual(ROWS / CHUNK / 2);
    // Twice is what spreadChunks allows itself; the index is sampled.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3 * CHUNK);
  });
});
