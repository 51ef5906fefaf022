import type { Rule, TablePlan } from '../../plan/types.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../quote.ts';
import { keeperColumn } from './keeper-column.ts';
import { loaded, noteAdjusted, sourceKey } from './ledger-entry.ts';
import { WHOLE_ROW } from './whole-row.ts';

/**
 * Of several rows with one folded name the first by `keep` keeps it; each other gets `<name><separator><id>`, and further
 * separators until that is free. Two candidates never meet, since each ends in its own id, and no taken name becomes free, since
 * each group keeps a keeper: so all rows are done at once, against the names that end like a candidate.
 */
export function renameTwinStatement(table: TablePlan, rule: Extract<Rule, { kind: 'rename_twin' }>, schema: string): string {
  const name = quoteTable(schema, table.table);
  const column = loaded(rule.column);
  const fold = (sql: string) => rule.fold.replace('{}', () => sql);
  const id = keeperColumn(table);
  const separator = quoteLiteral(rule.separator);
  const endsLikeCandidate = quoteLiteral(`[${rule.separator}]-?[0-9]+[${rule.separator}]*$`);
  return `WITH RECURSIVE twin AS MATERIALIZED (
    SELECT ${fold(column)} AS folded FROM ${name} t WHERE ${column} IS NOT NULL GROUP BY 1 HAVING count(*) > 1
  ), ranked AS MATERIALIZED (
    SELECT t.ctid AS place, ${column}::text || ${separator} || ${id}::text AS candidate, ${sourceKey(table)} AS source_key,
      row_number() OVER best AS rank, 'kept by ' || (first_value(${id}) OVER best)::text AS detail
    FROM ${name} t JOIN twin ON twin.folded = ${fold(column)}
    WINDOW best AS (PARTITION BY twin.folded ORDER BY ${rule.keep}, ${WHOLE_ROW})
  ), taken AS MATERIALIZED (
    SELECT ${fold(column)} AS folded FROM ${name} t WHERE strpos(${column}, ${separator}) > 0 AND ${column} ~ ${endsLikeCandidate}
  ), tried AS (
    SELECT place, candidate FROM ranked WHERE rank > 1
    UNION ALL
    SELECT place, candidate || ${separator} FROM tried WHERE EXISTS (SELECT FROM taken WHERE taken.folded = ${fold('tried.candidate')})
  ), chosen AS MATERIALIZED (
    SELECT DISTINCT ON (place) place, candidate FROM tried ORDER BY place, length(candidate) DESC
  ), renamed AS (
    UPDATE ${name} t SET ${quoteIdentifier(rule.column)} = chosen.candidate FROM chosen JOIN ranked USING (place)
    WHERE t.ctid = chosen.place RETURNING ranked.source_key, ranked.detail
  ), ${noteAdjusted(table, rule.column, rule.reason, 'renamed')}`;
}
