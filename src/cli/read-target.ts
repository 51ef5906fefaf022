import type pg from 'pg';
import type { Config } from '../config.ts';
import { databaseUrl } from '../config.ts';
import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';

/** Reads the target in one read-only snapshot. Throws MigrationError where it is not configured or does not answer. */
export async function readTarget<T>(config: Config, what: string, read: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const { url } = databaseUrl(config, 'target');
  return withPostgres(
    { role: 'target', name: 'identity', url },
    { applicationName: `identity-migrate ${what}`, fallback: 'SchemaMismatch' },
    (client) => transaction(client, { readOnly: true, isolation: 'REPEATABLE READ' }, () => read(client)),
  );
}
