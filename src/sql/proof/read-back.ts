import type { TablePlan } from '../../plan/types.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import { keyExpression, keyRange, type KeyBounds } from '../range.ts';
import { targetKey } from './key-text.ts';

/**
 * The loaded rows of a chunk as they were sent: the plan's columns, in key order, rows of one key as they lie; without a key in the order
 * of all columns. Rows do not lie as they came: PostgreSQL puts a short one into what a longer one left free pages before.
 */
export function readBackQuery(table: TablePlan, bounds: KeyBounds, schema: string): string {
  const key = targetKey(table);
  const columns = table.columns.map((column) => `t.${quoteIdentifier(column.name)}`);
  const keyless =
    key.length > 0 ? [] : table.columns.map(({ cast }, at) => (cast === 'text' ? `${columns[at]} COLLATE "C"` : columns[at]!));
  const order = [...key.map((column) => keyExpression('common_oltp', column)), ...keyless, 't.ctid'];
  return `COPY (SELECT ${columns.join(', ')} FROM ${quoteTable(schema, table.table)} t
    WHERE ${keyRange('common_oltp', key, bounds)} ORDER BY ${order.join(', ')}) TO STDOUT (FORMAT binary)`;
}
