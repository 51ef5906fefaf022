import type { TablePlan } from '../plan/types.ts';
import { keysFrom } from './chunk-bounds.ts';
import { ownColumn } from './own-column.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from './quote.ts';
import type { KeyBounds } from './range.ts';
import { mysqlRelation, type SourceContext } from './relation.ts';

const EVERYWHERE: KeyBounds = { lower: null, upper: null };

/**
 * The least and the greatest value of a table's first key column, as `low` and `high`: from the index's two ends. MariaDB (10.11) goes to
 * them only where it is asked for all rows: under `IS NOT NULL`, which a key is anyway, it reads the whole index (1.2 s for 3 million rows,
 * a fifth of their copy).
 */
export function keyEndsQuery(table: TablePlan, context: SourceContext): string {
  const { from } = table.key[0]!;
  if (table.source === 'common_oltp')
    return `SELECT min(${from})::float8 AS low, max(${from})::float8 AS high ${keysFrom(table, EVERYWHERE, context)}`;
  const column = quoteIdentifier(from, 'mysql');
  return `SELECT MIN(${column}) AS low, MAX(${column}) AS high FROM ${mysqlRelation(table.from, context)}`;
}

/**
 * How many rows a server thinks there are in a range, without reading them. MySQL looks at the index, and says so: `rows`, and `type`, how
 * it would find them. PostgreSQL goes by its statistics: `QUERY PLAN`, a plan as JSON.
 */
export function rangeEstimateQuery(table: TablePlan, bounds: KeyBounds, context: SourceContext): string {
  const format = table.source === 'common_oltp' ? '(FORMAT JSON)' : 'FORMAT=TRADITIONAL';
  return `EXPLAIN ${format} SELECT 1 ${keysFrom(table, bounds, context)}`;
}

/**
 * What PostgreSQL knows of a table whose key is a column of its own: `rows` at the last ANALYZE, and `spread`, whether it knows how the
 * key's values lie. Null where the key is no such column, or not every row has to be there.
 */
export function keyStatisticsQuery(table: TablePlan, { schema = 'common_oltp' }: SourceContext): string | null {
  const own = table.where === undefined ? ownColumn({ from: table.keyFrom ?? table.countFrom ?? table.from }, table.key[0]!.from) : null;
  if (own === null) return null;
  const [schemaName, relation, column] = [schema, own.relation, own.column].map((name) => quoteLiteral(name));
  return `SELECT c.reltuples::float8 AS rows,
      EXISTS (SELECT 1 FROM pg_stats s WHERE s.schemaname = ${schemaName} AND s.tablename = ${relation} AND s.attname = ${column}
        AND s.histogram_bounds IS NOT NULL) AS spread
    FROM pg_class c WHERE c.oid = to_regclass(${quoteLiteral(quoteTable(schema, own.relation))})`;
}
