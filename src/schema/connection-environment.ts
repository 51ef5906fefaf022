import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** URL parameters that libpq knows by these variables. Those that only the driver knows are left out: libpq refuses a URL with them. */
const VARIABLES: Readonly<Record<string, string>> = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  options: 'PGOPTIONS',
};

/** Of the caller's own variables these still count; PGHOSTADDR, PGSERVICE and the like would lead PostgreSQL's programs elsewhere. */
const INHERITED = /^PG(PASSFILE|SSL.*|SYSCONFDIR|CHANNELBINDING|KRBSRVNAME|GSS.*)$/;

/**
 * The environment in which psql, pg_dump and pg_restore reach the server that the driver reaches by this URL: nothing of the URL, least
 * of all its password, is an argument that others could read in the list of processes. Messages come in English.
 */
export function connectionEnvironment(url: string, applicationName: string): NodeJS.ProcessEnv {
  // Never connected: it is the driver that says what the URL and its defaults mean.
  const { host, port, user, password, database } = new pg.Client({ connectionString: url });
  const ours: NodeJS.ProcessEnv = {
    ...programEnvironment(),
    PGAPPNAME: applicationName,
    PGCLIENTENCODING: 'UTF8',
    PGCONNECT_TIMEOUT: '10',
  };
  const parts = {
    PGHOST: host.replace(/^\[(.*)\]$/, '$1'),
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
  };
  for (const [name, value] of Object.entries(parts)) if (typeof value === 'string' && value !== '') ours[name] = value;
  for (const [parameter, value] of new URL(url).searchParams) {
    const variable = VARIABLES[parameter];
    if (variable !== undefined) ours[variable] = value;
  }
  // The driver's own word for encryption without verification.
  if (ours['PGSSLMODE'] === 'no-verify') ours['PGSSLMODE'] = 'require';
  // The driver trusts the system's authorities; libpq looks for a file of its own unless told to do the same.
  const needsAuthorities = ours['PGSSLMODE'] === 'verify-full' && ours['PGSSLROOTCERT'] === undefined;
  if (needsAuthorities && !existsSync(join(homedir(), '.postgresql', 'root.crt'))) ours['PGSSLROOTCERT'] = 'system';
  return ours;
}

/**
 * For psql and pg_dump: notices within half a minute that the other host is gone, which the kernel alone would after two hours. All else,
 * the database too, comes from `connectionEnvironment`.
 */
export const KEEP_ALIVE = '--dbname=keepalives_idle=10 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=30000';

/** For a program that connects to nothing. */
export function programEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') || INHERITED.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
