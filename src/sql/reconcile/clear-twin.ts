import type { Rule, TablePlan } from '../../plan/types.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import { keeperColumn } from './keeper-column.ts';
import { noteAdjusted, sourceKey } from './ledger-entry.ts';
import { WHOLE_ROW } from './whole-row.ts';

/** Of several rows with one value of `by` the first by `keep` keeps it; for the others the column becomes null or false. */
export function clearTwinStatement(table: TablePlan, rule: Extract<Rule, { kind: 'clear_twin' }>, schema: string): string {
  const name = quoteTable(schema, table.table);
  const set = rule.set === 'null' ? 'NULL' : 'false';
  const id = keeperColumn(table);
  return `WITH twin AS MATERIALIZED (
    SELECT ${rule.by} AS shared FROM ${name} t WHERE ${rule.where} GROUP BY 1 HAVING count(*) > 1
  ), ranked AS MATERIALIZED (
    SELECT t.ctid AS place, ${sourceKey(table)} AS source_key, row_number() OVER best AS rank,
      'kept by ' || (first_value(${id}) OVER best)::text AS detail
    FROM ${name} t JOIN twin ON twin.shared = ${rule.by} WHERE ${rule.where}
    WINDOW best AS (PARTITION BY twin.shared ORDER BY ${rule.keep}, ${WHOLE_ROW})
  ), cleared AS (
    UPDATE ${name} t SET ${quoteIdentifier(rule.column)} = ${set} FROM ranked
    WHERE t.ctid = ranked.place AND ranked.rank > 1 RETURNING ranked.source_key, ranked.detail
  ), ${noteAdjusted(table, rule.column, rule.reason, 'cleared')}`;
}
