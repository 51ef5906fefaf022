import type { TablePlan } from '../plan/types.ts';
import { quoteIdentifier, quoteTable } from './quote.ts';

/** Takes a binary COPY stream of the plan's columns, carry columns too, in the plan's order. */
export function copyInto(table: TablePlan, schema = 'identity'): string {
  const columns = table.columns.map((column) => quoteIdentifier(column.name));
  return `COPY ${quoteTable(schema, table.table)} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`;
}
