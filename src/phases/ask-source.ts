import { fingerprintMysql, fingerprintPostgres } from '../db/fingerprint.ts';
import { checkFingerprint, type RunFacts } from '../db/ledger/run-facts.ts';
import { queryMysql, withMysql } from '../db/mysql/session.ts';
import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import type { SourceName } from '../plan/types.ts';
import type { Attempt, Engine } from './engine.ts';
import { readTextAsStored } from './source-encoding.ts';

/** What a run's sessions on the PostgreSQL source are called: all alike, so that what one work has opened the next can use. */
export const READS = 'identity-migration reads';

/** Asks a source one question: rows as objects. */
export type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

/**
 * Opens a read-only snapshot of one of the run's sources (no other database: the fingerprint is checked) and lends it for questions.
 * `settings`: of a PostgreSQL source's transaction.
 */
export function askSource<T>(
  engine: Engine,
  facts: RunFacts,
  source: SourceName,
  { signal }: Attempt,
  work: (ask: Ask) => Promise<T>,
  settings: Readonly<Record<string, string>> = {},
): Promise<T> {
  if (source === 'authorization_db') {
    return withMysql(engine.databases.authorization, { signal, fallback: 'TableFailed' }, async (connection) => {
      checkFingerprint(facts, source, await fingerprintMysql(connection));
      await queryMysql(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
      return work((sql) => queryMysql(connection, sql));
    });
  }
  const session = { applicationName: READS, signal, fallback: 'TableFailed', again: true } as const;
  return withPostgres(engine.databases.commonOltp, session, (client) =>
    transaction(client, { isolation: 'REPEATABLE READ', readOnly: true, settings }, async () => {
      checkFingerprint(facts, source, await fingerprintPostgres(client));
      await readTextAsStored(client);
      return work(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows);
    }),
  );
}
