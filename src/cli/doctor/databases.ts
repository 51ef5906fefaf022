import { databaseUrl, type Config } from '../../config.ts';
import { DATABASE_VARIABLES, type DatabaseName } from '../../config/database-url.ts';
import { queryMysql, withMysql } from '../../db/mysql/session.ts';
import { withPostgres } from '../../db/postgres/session.ts';
import { transaction } from '../../db/postgres/transaction.ts';
import type { Server } from '../../db/server.ts';
import { checked, ok, problem, type Check } from './check.ts';

const LOWEST_TARGET = 15;

export interface DatabaseLook {
  readonly check: Check;
  /** Major version; null where it could not be asked, and for MySQL. */
  readonly major: number | null;
}

/** One of the three databases: whether it lets us in, who we are there, its version; of the target, what it must be able to do. */
export async function lookAtDatabase(config: Config, name: DatabaseName, signal: AbortSignal): Promise<DatabaseLook> {
  let major: number | null = null;
  const check = await checked(`${name} (${DATABASE_VARIABLES[name]})`, async () => {
    const { url, description } = databaseUrl(config, name);
    const server: Server = { role: name === 'target' ? 'target' : 'source', name: name === 'target' ? 'identity' : name, url };
    if (name === 'authorization_db') return mysql(server, description, signal);
    const found = await postgres(server, signal);
    major = Math.floor(found.number / 10_000);
    return judge(name, description, found, major);
  });
  return { check, major };
}

interface Found {
  readonly version: string;
  readonly number: number;
  readonly user: string;
  readonly database: string;
  readonly mayCreate: boolean;
}

function postgres(server: Server, signal: AbortSignal): Promise<Found> {
  const session = { applicationName: 'identity-migrate doctor', signal, fallback: 'SchemaMismatch' } as const;
  return withPostgres(server, session, (client) =>
    transaction(client, { readOnly: true }, async () => {
      const { rows } = await client.query<Found>(
        `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number, current_user AS "user",
                current_database() AS database, has_database_privilege(current_database(), 'CREATE') AS "mayCreate"`,
      );
      return rows[0]!;
    }),
  );
}

function judge(name: DatabaseName, description: string, found: Found, major: number): Check {
  const check = `${name} (${DATABASE_VARIABLES[name]})`;
  const what = `${description} answers ${found.user}: PostgreSQL ${found.version}`;
  if (name !== 'target') return ok(check, what);
  if (major < LOWEST_TARGET) return problem(check, `${what}; ${LOWEST_TARGET} or newer is needed`, 'use a newer server.');
  if (found.mayCreate) return ok(check, what);
  return problem(
    check,
    `${what}; the user may not create schemas there`,
    `run: GRANT CREATE ON DATABASE "${found.database}" TO "${found.user}";`,
  );
}

function mysql(server: Server, description: string, signal: AbortSignal): Promise<Check> {
  return withMysql(server, { signal, fallback: 'SchemaMismatch' }, async (connection) => {
    const [found] = await queryMysql<{ version: string; user: string }>(connection, 'SELECT VERSION() AS version, CURRENT_USER() AS user');
    const family = /mariadb/i.test(found!.version) ? '' : 'MySQL ';
    return ok(
      `authorization_db (${DATABASE_VARIABLES.authorization_db})`,
      `${description} answers ${found!.user}: ${family}${found!.version}`,
    );
  });
}
