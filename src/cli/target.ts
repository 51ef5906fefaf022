import { databaseUrl, type Config } from '../config.ts';
import type pg from 'pg';
import type { DatabaseUrl } from '../config/database-url.ts';
import { withPostgres } from '../db/postgres/session.ts';
import type { Server } from '../db/server.ts';
import { TARGET_SCHEMA } from '../phases/engine.ts';
import { advisingGrants } from '../schema/missing-grants.ts';

export interface Target {
  readonly server: Server;
  /** `host:port/database`. */
  readonly description: string;
}

/** The target of the environment's URL. Throws MigrationError InvalidInput where it is missing or malformed. */
export function targetOf(config: Config): Target {
  const { url, description }: DatabaseUrl = databaseUrl(config, 'target');
  return { server: { role: 'target', name: TARGET_SCHEMA, url }, description };
}

/** Lends a session on the target. A missing permission is told with the GRANT to run. */
export function onTarget<T>({ server }: Target, what: string, signal: AbortSignal, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const session = { applicationName: `identity-migrate ${what}`, signal, fallback: 'SchemaMismatch' } as const;
  return advisingGrants(server, OURS, () => withPostgres(server, session, work));
}

/** The schemas that the commands write to. */
export const OURS = [TARGET_SCHEMA, 'identity_migration'] as const;
