import type { KeyColumn, TablePlan } from '../../plan/types.ts';
import { quoteIdentifier } from '../quote.ts';
import { keyRange, type KeyBounds } from '../range.ts';
import type { CanonicalColumn } from './canonical.ts';

/** The driving key as the target holds it: the same ranges, over the target's columns. */
export function targetKey(table: TablePlan): KeyColumn[] {
  return table.key.map((key) => ({ ...key, from: `t.${quoteIdentifier(key.target)}` }));
}

/** Key columns as text, the same from each engine: numbers in decimal digits, text as it is. */
export function sourceKeyTexts(table: TablePlan): CanonicalColumn[] {
  return table.key.map((key) => ({
    name: key.column,
    text: table.source === 'common_oltp' ? postgresText(key) : mysqlText(key),
  }));
}

export function targetKeyTexts(table: TablePlan): CanonicalColumn[] {
  return targetKey(table).map((key) => ({ name: key.column, text: postgresText(key) }));
}

/** The same text of a key as the ledger holds it: `source_key` of rejects and adjustments. */
export function ledgerKeyTexts(table: TablePlan): CanonicalColumn[] {
  return table.key.map((key) => ({ name: key.column, text: postgresText({ ...key, from: ledgerKey(key.column) }) }));
}

/** SQL of one key column of `source_key`, as text. */
export function ledgerKey(column: string): string {
  return `(source_key ->> '${column.replaceAll("'", "''")}')`;
}

/** A chunk's range over `source_key` of rejects and adjustments. */
export function ledgerKeyRange(table: TablePlan, bounds: KeyBounds): string {
  const key = table.key.map((column) => ({
    ...column,
    from: column.type === 'numeric' ? `${ledgerKey(column.column)}::numeric` : ledgerKey(column.column),
  }));
  return keyRange('common_oltp', key, bounds);
}

/** SQL of one column of a reject's row, as text. */
export function ledgerRowText(column: string): string {
  return `("row" ->> '${column.replaceAll("'", "''")}')`;
}

function postgresText({ from, type }: KeyColumn): string {
  return type === 'numeric' ? `trim_scale((${from})::numeric)::text` : `(${from})::text`;
}

function mysqlText({ from, type }: KeyColumn): string {
  const column = quoteIdentifier(from, 'mysql');
  return type === 'numeric' ? `CAST(${column} + 0 AS CHAR)` : `CONVERT(${column} USING utf8mb4)`;
}
