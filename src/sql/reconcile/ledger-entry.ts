import type { TablePlan } from '../../plan/types.ts';
import { quoteIdentifier, quoteLiteral } from '../quote.ts';
import { jsonObject, shownColumns } from '../shown-row.ts';

/** A column of the loaded table, which every statement calls `t`. */
export const loaded = (column: string) => `t.${quoteIdentifier(column)}`;

/** The source's key columns as JSON, from the loaded row; of a table without a key all that may be shown. */
export function sourceKey(table: TablePlan): string {
  if (table.key.length === 0) return shownRow(table);
  return jsonObject(table.key.map((key) => [key.column, loaded(key.target)]));
}

/** Rejects the rows of the CTE `gone` (the table's columns), ends the statement with their number `n`. $1 is the run. */
export function rejectGone(table: TablePlan, reason: string, detail: string): string {
  const sourceTable = table.sourceTableColumn === undefined ? quoteLiteral(table.sourceTable) : loaded(table.sourceTableColumn);
  return `noted AS (
    INSERT INTO identity_migration.rejects (run, table_name, source, source_table, source_key, reason, detail, "row")
    SELECT $1::uuid, ${quoteLiteral(table.table)}, ${quoteLiteral(table.source)}, ${sourceTable}, ${sourceKey(table)},
      ${quoteLiteral(reason)}, ${detail}, ${shownRow(table)}
    FROM gone t RETURNING 1
  ) SELECT count(*) AS n FROM noted`;
}

/** Notes one adjustment for each row of a CTE with `source_key` and `detail`, ends the statement with their number `n`. $1 is the run. */
export function noteAdjusted(table: TablePlan, column: string, reason: string, cte: string): string {
  return `noted AS (
    INSERT INTO identity_migration.adjustments (run, table_name, column_name, reason, source_key, detail)
    SELECT $1::uuid, ${quoteLiteral(table.table)}, ${quoteLiteral(column)}, ${quoteLiteral(reason)}, c.source_key, c.detail FROM ${cte} c
    RETURNING 1
  ) SELECT count(*) AS n FROM noted`;
}

function shownRow(table: TablePlan): string {
  return jsonObject(shownColumns(table).map((column) => [column.name, loaded(column.name)]));
}
