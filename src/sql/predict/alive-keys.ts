import type { TablePlan } from '../../plan/types.ts';
import { castExpression } from '../casts.ts';
import { quoteIdentifier } from '../quote.ts';
import { renderRanges } from '../range.ts';
import { renderRelations, type SourceContext } from '../relation.ts';
import { isVouchedUnique, type SourceKeys } from './source-keys.ts';

/**
 * The keys of rows that are still there, each once, as `k`. DISTINCT, though a rule may have seen to it: it tells the planner so, who
 * would otherwise expect thousands of times the rows of whatever is joined to them.
 */
export function keysOfSettled(settled: string, key: string): string {
  const column = quoteIdentifier(key);
  return `SELECT DISTINCT ${column} AS k FROM (${settled}) t WHERE fate IS NULL AND ${column} IS NOT NULL`;
}

/** The same of a common_oltp table that keeps every row, or one for each key: without looking at more of a row than its key. */
export function keysOfWhole(table: TablePlan, key: string, context: SourceContext, keys: SourceKeys): string {
  const column = table.columns.find(({ name }) => name === key);
  if (column === undefined) throw new Error(`${table.table} has no column ${key}.`);
  const render = (sql: string) => renderRanges(renderRelations(sql, context), table.key, { lower: null, upper: null });
  const short =
    table.where === undefined && table.key.some(({ target }) => target === key) ? (table.keyFrom ?? table.countFrom) : undefined;
  const where = table.where === undefined ? '' : ` AND (${render(table.where)})`;
  const once = isVouchedUnique(table, [key], keys) && (short === undefined || short === table.countFrom);
  // Bare, the planner sees the index that makes it unique.
  return `SELECT ${once ? column.from : `DISTINCT ${castExpression(column)}`} AS k FROM ${render(short ?? table.from)} WHERE (${column.from}) IS NOT NULL${where}`;
}
