import type { TablePlan } from '../../plan/types.ts';
import type { Reject } from '../ledger/rejects.ts';
import { decodeTuple } from './decode-tuple.ts';

/** A tuple that stays out, as its ledger row: without secret and carry columns. */
export function rejectOf(table: TablePlan, tuple: Buffer, reason: string, detail: string): Reject {
  const values = decodeTuple(tuple, table.columns);
  const shown = table.columns.filter((column) => column.secret !== true && column.carry !== true);
  const key = table.key.length > 0 ? table.key.map((k) => [k.column, values[k.target]]) : shown.map((c) => [c.name, values[c.name]]);
  return {
    sourceTable: table.sourceTableColumn === undefined ? table.sourceTable : String(values[table.sourceTableColumn]),
    sourceKey: Object.fromEntries(key),
    reason,
    detail,
    row: Object.fromEntries(shown.map((c) => [c.name, values[c.name]])),
  };
}
