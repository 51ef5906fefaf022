import { tablePlan } from '../../../src/plan/plan.ts';
import { castExpression } from '../../../src/sql/casts.ts';
import { quoteIdentifier } from '../../../src/sql/quote.ts';
import { renderRanges } from '../../../src/sql/range.ts';
import { renderRelations } from '../../../src/sql/relation.ts';

/** A table's driving query as somebody would write it for a pipe: the plan's joins and types, no order, no look at what would not fit. */
export function plainQuery(name: string): string {
  const table = tablePlan(name);
  const render = (sql: string) => renderRanges(renderRelations(sql, { absent: [] }), table.key, { lower: null, upper: null });
  const columns = table.columns.map((column) => `${castExpression(column)} AS ${quoteIdentifier(column.name)}`);
  return `SELECT ${columns.join(', ')} FROM ${render(table.from)}${table.where === undefined ? '' : ` WHERE ${render(table.where)}`}`;
}
