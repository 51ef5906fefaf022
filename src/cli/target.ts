import type pg from 'pg';
import { databaseUrl, type Config } from '../config.ts';
import type { DatabaseUrl } from '../config/database-url.ts';
import { withPostgres } from '../db/postgres/session.ts';
import type { Server } from '../db/server.ts';
import { TARGET_SCHEMA } from '../phases/engine.ts';
import { advisingGrants } from '../schema/missing-grants.ts';
import { CliError } from './cli-error.ts';
import { ExitCode } from './exit-code.ts';

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
export function onTarget<T>(target: Target, what: string, signal: AbortSignal, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const session = { applicationName: `identity-migrate ${what}`, signal, fallback: 'SchemaMismatch' } as const;
  return advised(target, signal, () => withPostgres(target.server, session, work));
}

/** Does work on the target. A missing permission is told with the GRANT to run, Ctrl-C with exit code 130. */
export async function advised<T>({ server }: Target, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await advisingGrants(server, OURS, work);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CliError('Interrupted', 'what was under way was rolled back.', 'look with `identity-migrate status`.', ExitCode.Interrupted);
  }
}

/** The schemas that the commands write to. */
const OURS = [TARGET_SCHEMA, 'identity_migration'] as const;
