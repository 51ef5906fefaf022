import type { TablePlan } from '../plan/types.ts';
import { breaksCast } from './casts.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';
import { renderRanges } from './range.ts';
import { mysqlColumn, mysqlRelation, renderRelations, type SourceContext } from './relation.ts';

/**
 * `n`: the highest id among the source rows, rejected ones included; one row, or none where there is no such id. Null for tables without a
 * column `id` of numbers. Asked so that an index gives it from its end: NaN, where one holds it, lies above the range.
 */
export function highestIdQuery(table: TablePlan, context: SourceContext): string | null {
  const id = table.columns.find((column) => column.name === 'id' && column.cast === 'bigint');
  if (id === undefined) return null;
  if (table.source === 'authorization_db')
    return `SELECT max(${mysqlColumn(table.from, id.from, context)}) AS n FROM ${mysqlRelation(table.from, context)}`;
  const from = renderRelations(
    renderRanges(table.keyFrom ?? table.countFrom ?? table.from, table.key, { lower: null, upper: null }),
    context,
  );
  return `SELECT (${id.from})::bigint AS n FROM ${from}
    WHERE (${id.from}) BETWEEN '-9223372036854775808'::bigint AND 9223372036854775807 AND NOT ${breaksCast(id)} ORDER BY (${id.from}) DESC LIMIT 1`;
}

/**
 * One row, `n`: the highest id that the source's own numbering has given out: AUTO_INCREMENT (MySQL 8 may show it as of the last
 * ANALYZE), or sequences of common_oltp; those that are not there are left out.
 */
export function numberingQuery(table: TablePlan, sequences: readonly string[]): string {
  if (table.source === 'authorization_db') {
    return `SELECT AUTO_INCREMENT - 1 AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${quoteLiteral(table.from)}`;
  }
  const names = sequences.map((name) => quoteLiteral(`common_oltp.${quoteIdentifier(name)}`));
  if (names.length === 0) return 'SELECT NULL::bigint AS n';
  return `SELECT max(pg_sequence_last_value(to_regclass(s.name))) AS n FROM unnest(ARRAY[${names.join(', ')}]) AS s(name) WHERE to_regclass(s.name) IS NOT NULL`;
}
