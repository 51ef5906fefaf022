import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createConnection, type Connection, type ConnectionOptions } from 'mysql2';
import { MigrationError, type FailureType } from '../../failures.ts';
import { translate } from '../errors.ts';
import { DEFAULT_WATCH, type Server } from '../server.ts';
import { watchSession } from '../session-watch.ts';
import { cutConnection, socketOf } from './wire/driver-rows.ts';

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

/** Milliseconds that a question beside a session may take. */
const BESIDE_TIMEOUT = 10_000;

/** Opens one connection, runs `work` and closes it. Errors come out translated, an abort as the signal's reason. */
export async function withMysql<T>(server: Server, options: MysqlSessionOptions, work: (connection: Connection) => Promise<T>): Promise<T> {
  options.signal?.throwIfAborted();
  const connection = createConnection(connectionOptions(server.url));
  connection.on('error', () => {});
  const stop = () => void kill(server, connection);
  options.signal?.addEventListener('abort', stop, { once: true });
  let endWatch = () => {};
  server.counted?.(1);
  try {
    await connected(connection);
    endWatch = watchSession({
      everyMs: server.watchEvery ?? DEFAULT_WATCH,
      exists: () => sessionExists(server, connection.threadId),
      lost: () => lose(connection),
    });
    for (const statement of SETUP) await queryMysql(connection, statement);
    return await work(connection);
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw translate(error, server, options.fallback);
  } finally {
    endWatch();
    options.signal?.removeEventListener('abort', stop);
    // A result may still be coming, where the work failed in its middle.
    cutConnection(connection);
    server.counted?.(-1);
  }
}

function connected(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

/** Ends what the session runs on the server: closing the socket alone is noticed only when the next row is sent. */
async function kill(server: Server, connection: Connection): Promise<void> {
  try {
    await beside(server, (other) => queryMysql(other, `KILL CONNECTION ${connection.threadId}`));
  } catch {
    // The server is away, or the session is over: then nothing runs there either.
  } finally {
    lose(connection);
  }
}

/** A proxy that shares connections counts sessions of its own: then nothing can be said, and the session counts as there. */
function sessionExists(server: Server, threadId: number): Promise<boolean> {
  return beside(server, async (other) => {
    const [found] = await queryMysql<{ me: number; there: number }>(
      other,
      'SELECT CONNECTION_ID() AS me, EXISTS (SELECT 1 FROM information_schema.processlist WHERE id = ?) AS there',
      [threadId],
    );
    return found!.there === 1 || found!.me !== other.threadId;
  });
}

/** Runs `work` on a connection beside the sessions. */
async function beside<T>(server: Server, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = createConnection(connectionOptions(server.url));
  connection.on('error', () => {});
  const silence = setTimeout(() => lose(connection), BESIDE_TIMEOUT);
  try {
    await connected(connection);
    return await work(connection);
  } finally {
    clearTimeout(silence);
    connection.destroy();
  }
}

/** As if the network had cut it: unlike the driver's own `destroy`, everyone who waits for an answer is told. */
function lose(connection: Connection): void {
  const lost = Object.assign(new Error('Connection lost: the session is gone.'), { code: 'PROTOCOL_CONNECTION_LOST' });
  socketOf(connection).destroy(lost);
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
  const host = hostname.replace(/^\[|\]$/g, '');
  if (mode === 'VERIFY_IDENTITY' && isIP(host) !== 0) {
    // Given an address, mysql2 (3.24) compares the certificate with "localhost" instead.
    throw new MigrationError('InvalidInput', {
      message: 'The URL of the MySQL source asks for VERIFY_IDENTITY and names an address: an identity is a host name.',
      next: "write the server's host name, as its certificate has it, in LEGACY_AUTH_DB_URL.",
    });
  }
  return {
    host,
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
    keepAliveInitialDelay: 10_000,
    ...(verify || mode === 'REQUIRED'
      ? {
          ssl: { rejectUnauthorized: verify, verifyIdentity: mode === 'VERIFY_IDENTITY', ...(ca === null ? {} : { ca: readFileSync(ca) }) },
        }
      : {}),
  };
}
