import type { Rule, TablePlan } from '../../plan/types.ts';
import { quoteTable } from '../quote.ts';
import { loaded, rejectGone, sourceKey } from './ledger-entry.ts';
import { WHOLE_ROW } from './whole-row.ts';

/** Of several rows with one key the first by `keep` stays. Rows with a null in the key are nobody's duplicates. */
export function duplicateKeyStatement(table: TablePlan, rule: Extract<Rule, { kind: 'duplicate_key' }>, schema: string): string {
  const name = quoteTable(schema, table.table);
  const columns = rule.columns.map(loaded);
  const present = columns.map((column) => `${column} IS NOT NULL`).join(' AND ');
  return `WITH twin AS MATERIALIZED (
    SELECT ${columns.map((column, index) => `${column} AS key${index}`).join(', ')} FROM ${name} t
    WHERE ${present} GROUP BY ${columns.join(', ')} HAVING count(*) > 1
  ), ranked AS MATERIALIZED (
    SELECT t.ctid AS place, row_number() OVER best AS rank, first_value(${sourceKey(table)}) OVER best AS keeper
    FROM ${name} t JOIN twin ON ${columns.map((column, index) => `${column} = twin.key${index}`).join(' AND ')}
    WINDOW best AS (PARTITION BY ${columns.join(', ')} ORDER BY ${rule.keep}, ${WHOLE_ROW})
  ), gone AS (
    DELETE FROM ${name} t USING ranked WHERE t.ctid = ranked.place AND ranked.rank > 1 RETURNING t.*, ranked.keeper
  ), ${rejectGone(table, 'duplicate_key', "'kept ' || t.keeper::text")}`;
}
