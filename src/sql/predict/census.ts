import { PASSWORD_FORMATS, PASSWORDS } from '../../plan/census.ts';
import { parseMissing } from '../../plan/missing.ts';
import { SOURCE_TABLES } from '../../plan/sources/catalog.ts';
import type { TablePlan } from '../../plan/types.ts';
import { verdictExpression } from '../casts.ts';
import { quoteIdentifier, quoteLiteral } from '../quote.ts';
import { renderRanges } from '../range.ts';
import { renderRelations, type SourceContext } from '../relation.ts';

/** The text columns of a common_oltp table that the plan reads and the source has. */
export function textColumns(table: string, { absent }: SourceContext): string[] {
  const missing = absent.map(parseMissing).filter((name) => name?.table === table);
  if (missing.some((name) => name?.column === null)) return [];
  return Object.entries(SOURCE_TABLES.common_oltp[table] ?? {})
    .filter(([column, { type }]) => /^(var)?char/.test(type) && !missing.some((name) => name?.column === column))
    .map(([column]) => column);
}

/** One row: for each column `longest:<column>` (characters, null where there are none) and `doubled:<column>` (rows that match `doubled`). */
export function textCensusQuery(table: string, columns: readonly string[], doubled: string | null, context: SourceContext): string {
  const counts = columns.flatMap((column) => {
    const name = `s.${quoteIdentifier(column)}`;
    // What is all ASCII is not matched: that is most of it.
    const matches = doubled === null ? 'false' : `octet_length(${name}) > char_length(${name}) AND ${name} ~ ${quoteLiteral(doubled)}`;
    return [
      `max(char_length(${name})) AS ${quoteIdentifier(`longest:${column}`)}`,
      `count(*) FILTER (WHERE ${matches}) AS ${quoteIdentifier(`doubled:${column}`)}`,
    ];
  });
  return `SELECT ${counts.join(', ')} FROM ${renderRelations(`{${table}} s`, context)}`;
}

/** Rows `format` and `n`: how many passwords there are of each format. */
export function passwordCensusQuery(context: SourceContext): string {
  const password = `s.${quoteIdentifier(PASSWORDS.column)}`;
  const whens = PASSWORD_FORMATS.map(([format, sql]) => `WHEN ${sql.replaceAll('{}', () => password)} THEN ${quoteLiteral(format)}`);
  return `SELECT CASE ${whens.join(' ')} END AS format, count(*) AS n FROM ${renderRelations(`{${PASSWORDS.table}} s`, context)} GROUP BY 1 ORDER BY 1`;
}

/** Rows `verdict` (`reason|column:SQLSTATE`) and `n`: what the casts say of the rows that they keep out. Null where they can keep none. */
export function verdictCountsQuery(table: TablePlan, context: SourceContext): string | null {
  const verdict = verdictExpression(table);
  if (verdict === null) return null;
  const render = (sql: string) => renderRanges(renderRelations(sql, context), table.key, { lower: null, upper: null });
  const where = table.where === undefined ? 'true' : render(table.where);
  return `SELECT ${verdict} AS verdict, count(*) AS n FROM ${render(table.from)} WHERE (${where}) AND ${verdict} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`;
}
