import type { ColumnPlan, TablePlan } from '../plan/types.ts';
import { quoteLiteral } from './quote.ts';

/** Columns that may be shown in `rejects.row`: neither secret nor carry. */
export function shownColumns(table: TablePlan): readonly ColumnPlan[] {
  return table.columns.filter((column) => column.secret !== true && column.carry !== true);
}

/** A JSON object in SQL, key order kept. */
export function jsonObject(entries: readonly (readonly [name: string, sql: string])[]): string {
  return `json_build_object(${entries.flatMap(([name, sql]) => [quoteLiteral(name), sql]).join(', ')})`;
}
