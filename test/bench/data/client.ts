import type { MysqlServer } from '../../../src/local/servers/mysql.ts';
import { fillMysql } from './numbers.ts';

/** Wide text with tabs, newlines, backslashes, emoji, text that looks like COPY's own marks, NULLs, and zero dates. */
export async function fillClient(server: MysqlServer, rows: number): Promise<void> {
  await server.client({ sql: 'SET foreign_key_checks = 0; DELETE FROM client_user; DELETE FROM client;' });
  await fillMysql(
    server,
    'client',
    rows,
    `n, CONCAT('client-', n, '-', SUBSTR(SHA2(n, 256), 1, 16)),
     ELT(1 + n % 5, CONCAT('Client ', n), CONCAT('Café \\\\ client\\t', n), CONCAT('Client 🚀 ', n), '\\\\N', CONCAT('two\\nlines \\\\. ', n)),
     CASE WHEN n % 20 > 0 THEN CONCAT(REPEAT(CONCAT('https://app', n, '.example.org/callback?x=''"\\\\,'), 1 + n % 17), '\\n') END,
     CASE WHEN n % 10 > 0 THEN SHA2(CONCAT('secret', n), 256) END, CASE WHEN n % 5 > 0 THEN n END,
     CASE WHEN n % 100 = 0 THEN '0000-00-00 00:00:00' ELSE '2004-01-01 00:00:00' + INTERVAL n * 7 SECOND END,
     NULL, CASE WHEN n % 2 = 0 THEN '2010-01-01 00:00:00' + INTERVAL n * 11 SECOND END`,
  );
}
