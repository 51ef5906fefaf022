import type { MysqlServer } from '../../../src/local/servers/mysql.ts';

const THOUSAND = Array.from({ length: 1_000 }, (_, n) => `(${n})`).join(', ');
const MILLION = 1_000_000;

/**
 * Fills an empty MySQL table in the order of its key. `select`: SQL of the row's values over `n`, from 1 to `rows`. The sequence is made
 * by a join of a table of a thousand numbers, which every version of both families can.
 */
export async function fillMysql(server: MysqlServer, table: string, rows: number, select: string): Promise<void> {
  const statements = ['DROP TABLE IF EXISTS bench_numbers', 'CREATE TABLE bench_numbers (n INT NOT NULL PRIMARY KEY)'];
  statements.push(`INSERT INTO bench_numbers VALUES ${THOUSAND}`);
  for (let above = 0; above < rows; above += MILLION) {
    statements.push(
      `INSERT INTO ${table} SELECT ${select} FROM (SELECT ${above} + a.n * 1000 + b.n + 1 AS n FROM bench_numbers a JOIN bench_numbers b
       WHERE ${above} + a.n * 1000 + b.n < ${rows} ORDER BY 1) numbers`,
    );
  }
  statements.push('DROP TABLE bench_numbers');
  const settings = ["SET sql_mode = ''", 'SET foreign_key_checks = 0', 'SET unique_checks = 0'];
  await server.client({ sql: [...settings, ...statements, ''].join(';\n') });
}
