import type { MysqlServer } from '../../../src/local/servers/mysql.ts';
import { fillMysql } from './numbers.ts';

/** Narrow rows of numbers and dates. Secondary keys are left out: no contender reads by them. */
export async function fillRoleAssignment(server: MysqlServer, rows: number): Promise<void> {
  const keys = ['role_subject', 'subject', 'role'].map((key) => `DROP KEY \`${key}\``);
  await server.client({ sql: `DELETE FROM role_assignment; ALTER TABLE role_assignment ${keys.join(', ')};` });
  await fillMysql(
    server,
    'role_assignment',
    rows,
    `n, 1 + n % 37, 100000 + n, 1 + (n % 50 = 0), CASE WHEN n % 5 > 0 THEN 1000 + n % 40000000 END,
     '2004-01-01 00:00:00' + INTERVAL n * 7 SECOND, NULL, CASE WHEN n % 2 = 0 THEN '2010-01-01 00:00:00' + INTERVAL n * 11 SECOND END`,
  );
}
