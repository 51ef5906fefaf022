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
  /** Of the session's user, in quotes where it needs them. */
  readonly role: string;
  /** The same of the database. */
  readonly database: string;
  readonly mayCreate: boolean;
  /** The schema of the PostgreSQL source; null where there is none. */
  readonly legacy: { readonly usage: boolean; readonly tables: number } | null;
}

function postgres(server: Server, signal: AbortSignal): Promise<Found> {
  const session = { applicationName: 'identity-migrate doctor', signal, fallback: 'SchemaMismatch' } as const;
  return withPostgres(server, session, (client) =>
    transaction(client, { readOnly: true }, async () => {
      const { rows } = await client.query<Found>(
        `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number, current_user AS "user",
                quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
                has_database_privilege(current_database(), 'CREATE') AS "mayCreate",
                (SELECT json_build_object('usage', has_schema_privilege(n.oid, 'USAGE'), 'tables',
                          (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid AND relkind IN ('r', 'p', 'v', 'm', 'f')))
                   FROM pg_namespace n WHERE nspname = 'common_oltp') AS legacy`,
      );
      return rows[0]!;
    }),
  );
}

function judge(name: DatabaseName, description: string, found: Found, major: number): Check {
  const check = `${name} (${DATABASE_VARIABLES[name]})`;
  const what = `${description} answers ${found.user}: PostgreSQL ${found.version}`;
  if (name !== 'target') return judgeSource(check, what, found);
  if (major < LOWEST_TARGET) return problem(check, `${what}; ${LOWEST_TARGET} or newer is needed`, 'use a newer server.');
  if (found.mayCreate) return ok(check, what);
  return problem(
    check,
    `${what}; the user may not create schemas there`,
    `run on the target: GRANT CREATE ON DATABASE ${found.database} TO ${found.role};`,
  );
}

/** What each table holds and lacks is preflight's to say. */
function judgeSource(check: string, what: string, { legacy, role }: Found): Check {
  if (legacy === null || legacy.tables === 0) {
    const lack = legacy === null ? 'has no schema common_oltp' : 'has no table in schema common_oltp';
    return problem(check, `${what}; the database ${lack}`, elsewhere('common_oltp'));
  }
  if (legacy.usage) return ok(check, what);
  return problem(
    check,
    `${what}; the user may not use schema common_oltp`,
    `run on the source: GRANT USAGE ON SCHEMA common_oltp TO ${role};`,
  );
}

const elsewhere = (name: DatabaseName) => `correct the database in ${DATABASE_VARIABLES[name]}, or load the source there.`;

function mysql(server: Server, description: string, signal: AbortSignal): Promise<Check> {
  return withMysql(server, { signal, fallback: 'SchemaMismatch' }, async (connection) => {
    const [found] = await queryMysql<{ version: string; user: string; tables: number | string }>(
      connection,
      `SELECT VERSION() AS version, CURRENT_USER() AS user,
              (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()) AS tables`,
    );
    const { version, user, tables } = found!;
    const check = `authorization_db (${DATABASE_VARIABLES.authorization_db})`;
    const what = `${description} answers ${user}: ${/mariadb/i.test(version) ? '' : 'MySQL '}${version}`;
    if (Number(tables) > 0) return ok(check, what);
    return problem(check, `${what}; the database has no table that the user may see`, elsewhere('authorization_db'));
  });
}
