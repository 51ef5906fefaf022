import { quoteLiteral, quoteTable } from './quote.ts';

/** One row: `first` and `next`, the oldest transaction that runs and the one that will be given next, as text. */
export const SNAPSHOT_QUERY = `SELECT txid_snapshot_xmin(s)::text AS first, txid_snapshot_xmax(s)::text AS next FROM (SELECT txid_current_snapshot() AS s) now`;

/** Rows of a source's tables that keep their rows themselves: `name`. A view or a foreign table says nothing of transactions. */
export function plainTablesQuery(schema: string, names: readonly string[]): string {
  return `SELECT relname AS name FROM pg_class WHERE relnamespace = to_regnamespace(${quoteLiteral(schema)}) AND relkind IN ('r', 'p')
    AND relname IN (${names.map(quoteLiteral).join(', ')})`;
}

/**
 * One row: `n` rows, and how many of these a transaction wrote that was not over when the one numbered `since` was the oldest (`later`).
 * Whoever inserts or updates leaves such a row, and whoever deletes leaves fewer: so the two tell whether a table stood still.
 */
export function movementQuery(schema: string, table: string, since: string): string {
  const from = `FROM ${quoteTable(schema, table)}`;
  const xid = `'${BigInt(since) % 4_294_967_296n}'::xid`;
  return `SELECT count(*) AS n, count(*) FILTER (WHERE age(xmin) <= age(${xid})) AS later ${from}`;
}

/** What a MySQL or MariaDB server says of its own log: `Variable_name`, `Value`. */
export const MYSQL_POSITION_QUERY = `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'gtid_mode', 'gtid_executed', 'gtid_binlog_pos')`;
