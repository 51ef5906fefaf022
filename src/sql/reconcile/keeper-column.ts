import type { TablePlan } from '../../plan/types.ts';
import { loaded } from './ledger-entry.ts';

/** The id by which twins name the row that kept the value: never the value itself. */
export function keeperColumn(table: TablePlan): string {
  const key = table.key.at(-1);
  if (key === undefined) throw new Error(`Table ${table.table} has twins but no key to name them by.`);
  return loaded(key.target);
}
