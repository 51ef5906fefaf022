import type { IdleSessions } from './postgres/idle-sessions.ts';

/** A database server as the engine knows it: a role, a name for messages, and a URL that is never shown. */
export interface Server {
  readonly role: 'source' | 'target';
  /** `identity`, `common_oltp` or `authorization_db`. */
  readonly name: string;
  readonly url: string;
  /** Milliseconds between two looks whether a session of ours still exists on the server (see `session-watch.ts`); 15,000 unless given. */
  readonly watchEvery?: number;
  /** Told of each session that is opened (1) and closed (-1). */
  readonly counted?: (change: 1 | -1) => void;
  /** PostgreSQL sessions between two uses; where absent, each piece of work opens its own and closes it. */
  readonly idle?: IdleSessions;
}

export const DEFAULT_WATCH = 15_000;

/** The three databases of a migration. */
export interface Databases {
  readonly target: Server;
  readonly commonOltp: Server;
  readonly authorization: Server;
}

/** `target identity at db.internal:5432/identity`: for messages, without user, password or options. */
export function describeServer(server: Server): string {
  return `${server.role} ${server.name} at ${whereabouts(server.url)}`;
}

function whereabouts(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${decodeURIComponent(hostname) || 'localhost'}${port === '' ? '' : `:${port}`}${decodeURIComponent(pathname)}`;
  } catch {
    return 'an address that cannot be read';
  }
}
