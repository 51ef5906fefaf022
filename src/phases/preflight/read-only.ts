import type { Connection } from 'mysql2';
import type pg from 'pg';
import { queryMysql, withMysql } from '../../db/mysql/session.ts';
import { withPostgres } from '../../db/postgres/session.ts';
import { transaction } from '../../db/postgres/transaction.ts';
import type { Server } from '../../db/server.ts';
import type { Attempt } from '../engine.ts';
import { WHOLE_TABLES } from '../whole-tables.ts';

const SETTINGS = { ...WHOLE_TABLES, default_transaction_read_only: 'on' };

/** One snapshot of a PostgreSQL server, its own or an exported one, in a transaction that the server itself keeps from writing. */
export function readOnlyPostgres<T>(
  server: Server,
  { signal }: Attempt,
  work: (client: pg.Client) => Promise<T>,
  snapshot?: string,
): Promise<T> {
  const session = { applicationName: 'identity-migration preflight', signal, fallback: 'SchemaMismatch' } as const;
  return withPostgres(server, session, (client) =>
    transaction(client, { readOnly: true, isolation: 'REPEATABLE READ', settings: SETTINGS, snapshot }, () => work(client)),
  );
}

/** The same of a MySQL or MariaDB server. */
export function readOnlyMysql<T>(server: Server, { signal }: Attempt, work: (connection: Connection) => Promise<T>): Promise<T> {
  return withMysql(server, { signal, fallback: 'SchemaMismatch' }, async (connection) => {
    await queryMysql(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    return work(connection);
  });
}
