import { readFileSync } from 'node:fs';
import { createConnection, type Connection, type ConnectionOptions } from 'mysql2';
import type { FailureType } from '../../failures.ts';
import { translate } from '../errors.ts';
import type { Server } from '../server.ts';

export interface MysqlSessionOptions {
  readonly signal?: AbortSignal | undefined;
  readonly fallback: FailureType;
}

/**
 * Every session reads as UTC and utf8mb4, whatever the server's defaults; `sql_mode` is emptied so that a zero date in a
 * comparison is no error. The session is read-only: it never writes a source.
 */
const SETUP = [
  "SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = ''",
  'SET SESSION TRANSACTION READ ONLY',
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
] as const;

/** Opens one connection, runs `work` and closes it. Errors come out translated, an abort as the signal's reason. */
export async function withMysql<T>(server: Server, options: MysqlSessionOptions, work: (connection: Connection) => Promise<T>): Promise<T> {
  options.signal?.throwIfAborted();
  const connection = createConnection(connectionOptions(server.url));
  connection.on('error', () => {});
  const stop = () => connection.destroy();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    for (const statement of SETUP) await queryMysql(connection, statement);
    return await work(connection);
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw translate(error, server, options.fallback);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    connection.destroy();
  }
}

/** Rows as objects, with bigint as number. Not for bulk data. */
export function queryMysql<Row>(connection: Connection, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, [...values], (error, rows) => (error ? reject(error) : resolve(rows as Row[])));
  });
}

/** What mysql2 needs, from a URL with MySQL's own convention for TLS: `?ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.pem`. */
export function connectionOptions(url: string): ConnectionOptions {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const mode = (searchParams.get('ssl-mode') ?? 'PREFERRED').toUpperCase();
  const ca = searchParams.get('ssl-ca');
  const verify = mode === 'VERIFY_CA' || mode === 'VERIFY_IDENTITY';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    connectTimeout: 10_000,
    enableKeepAlive: true,
    ...(verify || mode === 'REQUIRED'
      ? {
          ssl: { rejectUnauthorized: verify, verifyIdentity: mode === 'VERIFY_IDENTITY', ...(ca === null ? {} : { ca: readFileSync(ca) }) },
        }
      : {}),
  };
}
