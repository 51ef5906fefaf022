import type { TablePlan } from '../plan/types.ts';
import { renderRanges } from './range.ts';
import { mysqlRelation, renderRelations, type SourceContext } from './relation.ts';

/** One row, one bigint `n`: all rows of the table's driving query, null keys too, before grouping. What verify counts again. */
export function wholeCountQuery(table: TablePlan, context: SourceContext): string {
  if (table.source === 'authorization_db') return `SELECT count(*) AS n FROM ${mysqlRelation(table.from, context)}`;
  const from = renderRanges(table.countFrom ?? table.from, table.key, { lower: null, upper: null });
  return renderRelations(`SELECT count(*) AS n FROM ${from}${table.where === undefined ? '' : ` WHERE ${table.where}`}`, context);
}

/** Counts of side-source rows that no driving row uses: one row, one bigint `n` each. */
export function notCarriedQueries(table: TablePlan, context: SourceContext): { readonly source: string; readonly sql: string }[] {
  return (table.notCarried ?? []).map(({ source, sql }) => ({ source, sql: renderRelations(sql, context) }));
}
