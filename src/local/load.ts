import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_DIRECTORY } from './local-directory.ts';
import type { MysqlServer } from './servers/mysql.ts';
import type { PostgresServer } from './servers/postgres.ts';

const run = promisify(execFile);

export const COMMON_OLTP_DATABASE = 'common_oltp_db';
const LEGACY_ROLES = join(PROJECT_DIRECTORY, 'scripts', 'legacy-roles.sql');

/** Loads the `common_oltp` dump as an operator does: the roles it names, a database of its own, then psql. Returns the database's URL. */
export async function loadCommonOltp(server: PostgresServer, dumpFile: string, signal?: AbortSignal): Promise<string> {
  await psql(server, 'postgres', LEGACY_ROLES, signal);
  const url = await server.createDatabase(COMMON_OLTP_DATABASE);
  await psql(server, COMMON_OLTP_DATABASE, dumpFile, signal);
  return url;
}

/** Loads the `Authorization` dump into `authorization_db` through the mysql client. Returns the URL of `mysql-user`. */
export async function loadAuthorization(server: MysqlServer, dumpFile: string): Promise<string> {
  await server.client({ file: dumpFile });
  return server.url();
}

/** Runs a file through psql; throws at its first error. */
export async function psql(server: PostgresServer, database: string, file: string, signal?: AbortSignal): Promise<void> {
  const { username, password, hostname, port } = new URL(server.url());
  const where = ['--host', hostname, '--port', port, '--username', username, '--dbname', database];
  await run(join(server.binDirectory, 'psql'), ['--no-psqlrc', '-v', 'ON_ERROR_STOP=1', '-q', '-o', '/dev/null', ...where, '-f', file], {
    env: { PATH: process.env['PATH'], PGPASSWORD: password },
    maxBuffer: 64 * 1024 * 1024,
    ...(signal === undefined ? {} : { signal }),
  });
}
