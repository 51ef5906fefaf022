import pg from 'pg';
import type { FailureType } from '../../failures.ts';
import { translate } from '../errors.ts';
import { DEFAULT_WATCH, type Server } from '../server.ts';
import { watchSession } from '../session-watch.ts';

export interface SessionOptions {
  /** Shown in pg_stat_activity; a run's sessions carry run and epoch, so that a takeover can end them. */
  readonly applicationName: string;
  /** Cancels the statement that runs and closes the connection. */
  readonly signal?: AbortSignal | undefined;
  /** Failure type for errors that are neither connection, permission nor lock. */
  readonly fallback: FailureType;
  /** For short work that comes again and again: the session is kept for the next of this name, where the server has a place for it. */
  readonly again?: boolean;
}

/** Milliseconds to wait for a connection before the server counts as away. */
const CONNECT_TIMEOUT = 10_000;
/** Milliseconds of silence after which the kernel asks whether the other host is still there; left alone it waits two hours. */
const KEEP_ALIVE_DELAY = 10_000;
/** Milliseconds that a polite goodbye may take: on a connection that is half open it is never answered. */
const GOODBYE_TIMEOUT = 2_000;

/**
 * Runs `work` on a connection: a new one, or one that ended such work before where the server keeps them (see `IdleSessions`). Errors come
 * out translated (see `translate`), an abort as the signal's reason; the connection is closed then.
 * Settings that bear on values are set per transaction (see `transaction`), so that a pooler in between does no harm.
 */
export async function withPostgres<T>(server: Server, options: SessionOptions, work: (client: pg.Client) => Promise<T>): Promise<T> {
  options.signal?.throwIfAborted();
  const idle = options.again === true ? server.idle : undefined;
  const kept = idle?.take(options.applicationName) ?? null;
  const client = kept ?? newClient(server, options);
  const stop = () => void cancel(server, client);
  let endWatch = () => {};
  let asNew = false;
  if (kept === null) server.counted?.(1);
  try {
    if (kept === null) await client.connect();
    endWatch = watchSession({
      everyMs: server.watchEvery ?? DEFAULT_WATCH,
      exists: () => sessionExists(server, processIdOf(client)),
      lost: () => destroy(client),
    });
    options.signal?.addEventListener('abort', stop, { once: true });
    if (options.signal?.aborted) stop();
    const result = await work(client);
    if (idle !== undefined) asNew = await discardAll(client);
    return result;
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw translate(error, server, options.fallback);
  } finally {
    endWatch();
    options.signal?.removeEventListener('abort', stop);
    if (asNew && options.signal?.aborted !== true) idle?.give(options.applicationName, client, () => void close(server, client));
    else await close(server, client);
  }
}

function newClient(server: Server, { applicationName }: SessionOptions): pg.Client {
  const client = new pg.Client({
    connectionString: server.url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY,
    types: { getTypeParser },
  });
  // Without a listener a connection lost while idle would end the process; the next query rejects by itself.
  client.on('error', () => {});
  return client;
}

/** The work is done and counts: a session that is lost now is just not kept. */
function discardAll(client: pg.Client): Promise<boolean> {
  return client.query('DISCARD ALL').then(
    () => true,
    () => false,
  );
}

async function close(server: Server, client: pg.Client): Promise<void> {
  const silence = setTimeout(() => destroy(client), GOODBYE_TIMEOUT);
  await client.end().catch(() => {});
  clearTimeout(silence);
  server.counted?.(-1);
}

/** bigint arrives as a number: every id of the sources is below 2^53 (numeric(12) at most). */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
}

/** Asks the server to cancel what this backend runs: closing the socket alone is noticed only at the statement's end. */
async function cancel(server: Server, client: pg.Client): Promise<void> {
  try {
    await beside(server, (other) => other.query('SELECT pg_terminate_backend($1)', [processIdOf(client)]));
  } catch {
    // The server is away: then nothing runs there either.
  } finally {
    destroy(client);
  }
}

/** Behind a pooler the process that a client is told of is not the server's: then nothing can be said, and the session counts as there. */
function sessionExists(server: Server, processId: number | null): Promise<boolean> {
  return beside(server, async (other) => {
    const { rows } = await other.query<{ me: number; there: boolean }>(
      'SELECT pg_backend_pid() AS me, EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1) AS there',
      [processId],
    );
    return rows[0]!.there || rows[0]!.me !== processIdOf(other);
  });
}

/** Runs `work` on a connection beside the sessions. */
async function beside<T>(server: Server, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: server.url,
    application_name: 'identity-migration watch',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: CONNECT_TIMEOUT,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    destroy(client);
  }
}

const processIdOf = (client: pg.Client): number | null => (client as unknown as { processID: number | null }).processID;

function destroy(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
