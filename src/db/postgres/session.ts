import pg from 'pg';
import type { FailureType } from '../../failures.ts';
import { translate } from '../errors.ts';
import type { Server } from '../server.ts';

export interface SessionOptions {
  /** Shown in pg_stat_activity; a run's sessions carry run and epoch, so that a takeover can end them. */
  readonly applicationName: string;
  /** Cancels the statement that runs and closes the connection. */
  readonly signal?: AbortSignal | undefined;
  /** Failure type for errors that are neither connection, permission nor lock. */
  readonly fallback: FailureType;
}

/** Milliseconds to wait for a connection before the server counts as away. */
const CONNECT_TIMEOUT = 10_000;

/**
 * Opens one connection, runs `work` and closes it. Errors come out translated (see `translate`), an abort as the signal's reason.
 * Settings that bear on values are set per transaction (see `transaction`), so that a pooler in between does no harm.
 */
export async function withPostgres<T>(server: Server, options: SessionOptions, work: (client: pg.Client) => Promise<T>): Promise<T> {
  options.signal?.throwIfAborted();
  const client = new pg.Client({
    connectionString: server.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    types: { getTypeParser },
  });
  // Without a listener a connection lost while idle would end the process; the next query rejects by itself.
  client.on('error', () => {});
  const stop = () => void cancel(server, client);
  try {
    await client.connect();
    options.signal?.addEventListener('abort', stop, { once: true });
    if (options.signal?.aborted) stop();
    return await work(client);
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw translate(error, server, options.fallback);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await client.end().catch(() => {});
  }
}

/** bigint arrives as a number: every id of the sources is below 2^53 (numeric(12) at most). */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
}

/** Asks the server to cancel what this backend runs: closing the socket alone is noticed only at the statement's end. */
async function cancel(server: Server, client: pg.Client): Promise<void> {
  const processId = (client as unknown as { processID: number | null }).processID;
  const canceller = new pg.Client({ connectionString: server.url, connectionTimeoutMillis: CONNECT_TIMEOUT });
  canceller.on('error', () => {});
  try {
    await canceller.connect();
    await canceller.query('SELECT pg_terminate_backend($1)', [processId]);
  } catch {
    // The server is away: then nothing runs there either.
  } finally {
    await canceller.end().catch(() => {});
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}
