import { findMysql } from '../../../src/local/install/find-mysql.ts';
import { findMysql9 } from '../../../src/local/servers/mysql9.ts';
import { MYSQL_PASSWORD, MYSQL_USER } from '../../../src/local/servers/mysql-accounts.ts';
import { PEER_DATABASE, type LegacyServers } from '../servers/legacy-servers.ts';
import { runShell } from './run-program.ts';

/**
 * The C client piped into psql: `query` of the source, and a table of the database `peer` that has the same columns. The client writes
 * NULL as the word, so that only tables without such a text can go this way.
 */
export async function cPipe({ mysql, target }: LegacyServers, query: string, table: string): Promise<void> {
  const batch = '--quick --batch --skip-column-names --default-character-set=utf8mb4';
  const client =
    mysql.family === 'mariadb' || findMysql9() === null
      ? `"$MYSQL" --no-defaults --protocol=TCP --host=127.0.0.1 --port="$MYSQL_PORT" --user=${MYSQL_USER} ${batch} authorization_db`
      : `"$MYSQL9" client "$MYSQL_PORT" ${batch} authorization_db`;
  await runShell(`${client} --execute="$QUERY" | psql --no-psqlrc -q -v ON_ERROR_STOP=1 "$TARGET" -c "$COPY"`, {
    MYSQL: findMysql()?.client ?? 'mysql',
    MYSQL9: findMysql9() ?? '',
    MYSQL_PORT: String(mysql.port),
    MYSQL_PWD: MYSQL_PASSWORD,
    QUERY: query,
    TARGET: target.url(PEER_DATABASE),
    COPY: `COPY ${table} FROM STDIN WITH (FORMAT text, NULL 'NULL')`,
  });
}
