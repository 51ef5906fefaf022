import type { TablePlan } from '../plan/types.ts';
import { quoteIdentifier } from './quote.ts';
import { keyRange, type KeyBounds } from './range.ts';
import { mysqlRelation, type SourceContext } from './relation.ts';

/** The least and the greatest value of a MySQL table's first key column, as `low` and `high`: from the index's two ends. */
export function keyEndsQuery(table: TablePlan, context: SourceContext): string {
  const column = quoteIdentifier(table.key[0]!.from, 'mysql');
  return `SELECT MIN(${column}) AS low, MAX(${column}) AS high FROM ${mysqlRelation(table.from, context)}`;
}

/** How many rows a MySQL server thinks there are in a range (`rows`), and how it would find them (`type`): looks at the index, reads no rows. */
export function rangeEstimateQuery(table: TablePlan, bounds: KeyBounds, context: SourceContext): string {
  return `EXPLAIN FORMAT=TRADITIONAL SELECT 1 FROM ${mysqlRelation(table.from, context)} WHERE ${keyRange('authorization_db', table.key, bounds)}`;
}
