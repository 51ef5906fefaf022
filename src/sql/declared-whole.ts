import type { CastName, ColumnPlan, TablePlan } from '../plan/types.ts';
import { breaksCast } from './casts.ts';
import { ownColumn } from './own-column.ts';
import { quoteLiteral, quoteTable } from './quote.ts';

/** Digits of a whole number that fits, whichever they are. */
const DIGITS: Partial<Record<CastName, number>> = { bigint: 18, integer: 9, smallint: 4 };

/**
 * SQL that is true where a column of common_oltp is declared so that it holds nothing but NaN and whole numbers that fit the cast:
 * numeric(p, 0) of few enough digits. The server looks it up once a query, while it holds the table. Null where the expression is no
 * column of a source's table itself. Precision and scale are in `atttypmod` as PostgreSQL's `numeric_typmod_precision` reads them.
 */
export function declaredWhole(
  table: Pick<TablePlan, 'from'>,
  { from, cast }: Pick<ColumnPlan, 'from' | 'cast'>,
  schema: string = 'common_oltp',
): string | null {
  const digits = DIGITS[cast];
  const own = ownColumn(table, from);
  if (digits === undefined || own === null) return null;
  return `(SELECT atttypid = 'numeric'::regtype AND ((atttypmod - 4) >> 16) & 65535 <= ${digits} AND (atttypmod - 4) & 2047 = 0
    FROM pg_attribute WHERE attrelid = to_regclass(${quoteLiteral(quoteTable(schema, own.relation))}) AND attname = ${quoteLiteral(own.column)})`;
}

/** As `breaksCast`: a column whose declared type leaves NaN alone to look for costs a third (75 instead of 200 ms of 600,000 emails). */
export function breaksDeclared(
  table: Pick<TablePlan, 'from'>,
  column: Pick<ColumnPlan, 'from' | 'cast'>,
  schema: string | undefined,
): string | null {
  const broken = breaksCast(column);
  const declared = declaredWhole(table, column, schema);
  return broken === null || declared === null
    ? broken
    : `(CASE WHEN ${declared} THEN (${column.from})::numeric = 'NaN' ELSE ${broken} END)`;
}
