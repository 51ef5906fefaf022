import { delimiter } from 'node:path';
import { findMysql9, startMysql9 } from './servers/mysql9.ts';
import { startMysql } from './servers/mysql.ts';

/** Environment variable: `quick` (npm test, and when unset) or `all` (npm run test:all). */
export const TEST_EXTENT = 'TEST_EXTENT';

/** Whether the tests that take longer are wanted, too. */
export function wantsAllTests(): boolean {
  return process.env[TEST_EXTENT] === 'all';
}

/** The MySQL families to test with, by name: the installed one; with `all`, MySQL 9 too where it is to be had. */
export function mysqlFamilies(): readonly { readonly family: string; readonly start: typeof startMysql | typeof startMysql9 }[] {
  const installed = { family: 'installed', start: startMysql };
  return wantsAllTests() && findMysql9() !== null ? [installed, { family: 'mysql 9', start: startMysql9 }] : [installed];
}

/** Environment variable: directories of further PostgreSQL servers' programs (initdb, postgres), separated as in PATH. */
export const POSTGRES_DIRECTORIES = 'POSTGRES_DIRECTORIES';

/** The PostgreSQL servers to test with, by name: the installed one (`directory` undefined), and those of the variable. */
export function postgresServers(): readonly { readonly name: string; readonly directory: string | undefined }[] {
  const given = (process.env[POSTGRES_DIRECTORIES] ?? '').split(delimiter).filter((directory) => directory !== '');
  return [{ name: 'installed', directory: undefined }, ...given.map((directory) => ({ name: directory, directory }))];
}
