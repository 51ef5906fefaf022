import type pg from 'pg';

export interface TransactionOptions {
  readonly readOnly?: boolean;
  readonly isolation?: 'READ COMMITTED' | 'REPEATABLE READ';
  /** A snapshot that another session has exported, for REPEATABLE READ. */
  readonly snapshot?: string | undefined;
  /** Further `SET LOCAL` settings, name to value: `{ lock_timeout: '5s' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What every transaction of ours sets, whatever the server's, database's or role's defaults are. */
const SETTINGS: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  client_encoding: 'UTF8',
  extra_float_digits: '1',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  search_path: 'pg_catalog',
  row_security: 'off',
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  // A worker's machine that lost its power says no goodbye: by the server's own defaults its locks would stay for two hours.
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
};

/** Runs `work` in one transaction: COMMIT when it returns, ROLLBACK when it throws. */
export function transaction<T>(client: pg.ClientBase, options: TransactionOptions, work: () => Promise<T>): Promise<T> {
  return inTransaction(client, options, 'COMMIT', work);
}

/** Runs `work` in a transaction that is rolled back in any case: what it did was tried, and is not there. */
export function rolledBack<T>(client: pg.ClientBase, options: TransactionOptions, work: () => Promise<T>): Promise<T> {
  return inTransaction(client, options, 'ROLLBACK', work);
}

async function inTransaction<T>(
  client: pg.ClientBase,
  options: TransactionOptions,
  end: 'COMMIT' | 'ROLLBACK',
  work: () => Promise<T>,
): Promise<T> {
  const settings = Object.entries({ ...SETTINGS, ...options.settings });
  await client.query(
    [
      `BEGIN ISOLATION LEVEL ${options.isolation ?? 'READ COMMITTED'} ${options.readOnly ? 'READ ONLY' : 'READ WRITE'}`,
      ...(options.snapshot === undefined ? [] : [`SET TRANSACTION SNAPSHOT '${options.snapshot}'`]),
      ...settings.map(([name, value]) => `SET LOCAL ${name} = '${value.replaceAll("'", "''")}'`),
    ].join('; '),
  );
  try {
    const result = await work();
    await client.query(end);
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
