import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { withPostgres } from '../db/postgres/session.ts';
import type { Server } from '../db/server.ts';
import { MigrationError } from '../failures.ts';

/** How long a revision waits for locks. While it waits, all who come after it wait behind it: hence short, and several times. */
export interface LockPatience {
  /** Milliseconds a try. */
  readonly lockTimeout: number;
  readonly tries: number;
  /** Milliseconds between two tries, in which the others go on. */
  readonly pause: number;
}

export const DEFAULT_PATIENCE: LockPatience = { lockTimeout: 2_000, tries: 10, pause: 3_000 };

/** Lock timeout and deadlock. */
const BUSY = new Set(['55P03', '40P01']);

export interface LockedWork {
  readonly server: Server;
  readonly client: pg.Client;
  /** For messages: `Revision 0003_x`. */
  readonly what: string;
  readonly patience: LockPatience;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/**
 * Does what waits for locks (under a lock_timeout that it sets), again and again. Throws TargetBusy, naming who held the lock, since when,
 * after the last try; what `attempt` throws otherwise.
 */
export async function withLockRetries<T>(work: LockedWork, attempt: () => Promise<T>): Promise<T> {
  const { what, patience, client, signal, onProgress } = work;
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  for (let tries = 1; ; tries += 1) {
    const watch = watchBlockers(work.server, rows[0]!.pid, patience.lockTimeout / 4);
    try {
      return await attempt();
    } catch (error) {
      if (!BUSY.has((error as { code?: string }).code ?? '')) throw error;
      const blocker = await watch.last();
      const waited = `${what} waited ${patience.lockTimeout / 1000} s for a lock, try ${tries} of ${patience.tries}: ${blockerText(blocker)}.`;
      if (tries >= patience.tries) throw gaveUp(waited, blocker);
      onProgress(waited);
    } finally {
      watch.stop();
    }
    await wait(patience.pause, undefined, { signal });
  }
}

interface Blocker {
  /** 0 for a prepared transaction. */
  readonly pid: number;
  readonly application: string | null;
  /** Seconds; null where another role's statements may not be seen. */
  readonly statement: number | null;
  readonly transaction: number | null;
}

const BLOCKERS = `
SELECT b.pid, coalesce(nullif(a.application_name, ''), a.backend_type) AS application,
       extract(epoch FROM clock_timestamp() - a.query_start)::float8 AS statement,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS transaction
  FROM unnest(pg_blocking_pids($1)) AS b(pid) LEFT JOIN pg_stat_activity a ON a.pid = b.pid
 ORDER BY a.xact_start NULLS LAST LIMIT 1`;

/** Looks on, in a session of its own, at who keeps a process waiting: afterwards nobody knows. */
function watchBlockers(server: Server, pid: number, every: number) {
  const ended = new AbortController();
  let last: Blocker | null = null;
  const session = { applicationName: 'identity-migration watch', fallback: 'TargetUnreachable' } as const;
  const watching = withPostgres(server, session, async (client) => {
    while (!ended.signal.aborted) {
      await wait(every, undefined, { signal: ended.signal });
      last = (await client.query<Blocker>(BLOCKERS, [pid])).rows[0] ?? last;
    }
  }).catch(() => {});
  return {
    stop: () => ended.abort(),
    last: async () => {
      ended.abort();
      await watching;
      return last;
    },
  };
}

function blockerText(blocker: Blocker | null): string {
  if (blocker === null) return 'who held it went away unseen';
  if (blocker.pid === 0) return 'a prepared transaction holds it';
  const { application, pid, statement, transaction } = blocker;
  const age = (seconds: number | null) => (seconds === null ? 'an age that only its own role sees' : `${Math.round(seconds)} s`);
  return `application "${application ?? 'unnamed'}" (process ${pid}) holds it, with a statement of ${age(statement)} in a transaction of ${age(transaction)}`;
}

function gaveUp(waited: string, blocker: Blocker | null): MigrationError {
  const end = blocker === null || blocker.pid === 0 ? '' : `, or end it: SELECT pg_terminate_backend(${blocker.pid})`;
  return new MigrationError('TargetBusy', {
    message: `${waited} Nothing of it was done.`,
    next: `wait until it has ended${end}; then run the command again.`,
  });
}
