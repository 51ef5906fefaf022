import type { TablePlan } from '../plan/types.ts';
import { quoteIdentifier } from './quote.ts';
import { keyExpression, keyRange, renderRanges, type KeyBound, type KeyBounds } from './range.ts';
import { mysqlRelation, renderRelations, type SourceContext } from './relation.ts';

/** The key `rows` rows after `lower` (null: from the start), one column for each key column, by its name; no row where the table ends before. */
export function boundaryQuery(table: TablePlan, lower: KeyBound | null, rows: number, context: SourceContext): string {
  const engine = table.source === 'common_oltp' ? 'postgres' : 'mysql';
  const columns = table.key.map((key) => {
    const from = engine === 'postgres' ? key.from : quoteIdentifier(key.from, 'mysql');
    return `${from} AS ${quoteIdentifier(key.column, engine)}`;
  });
  const order = table.key.map((key) => keyExpression(table.source, key));
  return `SELECT ${columns.join(', ')} ${keysFrom(table, { lower, upper: null }, context)}
    ORDER BY ${order.join(', ')} LIMIT 1 OFFSET ${offset(rows)}`;
}

/** One row where a row has a null in its key, else none. */
export function nullKeyQuery(table: TablePlan, context: SourceContext): string {
  return `SELECT 1 AS found ${keysFrom(table, { lower: null, upper: null, nullKey: true }, context)} LIMIT 1`;
}

/** FROM and WHERE of the rows whose keys are in these bounds, at no more cost than the keys need. */
export function keysFrom(table: TablePlan, bounds: KeyBounds, context: SourceContext): string {
  const range = keyRange(table.source, table.key, bounds);
  if (table.source === 'authorization_db') return `FROM ${mysqlRelation(table.from, context)} WHERE ${range}`;
  const [from, where] = table.keyFrom === undefined ? [table.countFrom ?? table.from, table.where] : [table.keyFrom, undefined];
  // Side ranges stay open: which keys there are does not depend on them. A bound is data, and not rendered.
  const render = (sql: string) => renderRanges(renderRelations(sql, context), table.key, { lower: null, upper: null });
  return `FROM ${render(from)} WHERE ${where === undefined ? '' : `(${render(where)}) AND `}${range}`;
}

function offset(rows: number): number {
  if (!Number.isInteger(rows) || rows < 1) throw new Error(`A chunk of ${rows} rows cannot be cut.`);
  return rows - 1;
}
