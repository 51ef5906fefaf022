import type { KeyColumn, SourceName } from '../plan/types.ts';
import { binaryLiteral, quoteIdentifier, quoteLiteral } from './quote.ts';

/** A key's values in the order of its columns. Numbers beyond 2^53 and numeric columns arrive as text. */
export type KeyBound = readonly (number | string)[];

/** A chunk's range: `lower` exclusive, `upper` inclusive, null unbounded. With `nullKey` it holds the rows with a null in their key, only. */
export interface KeyBounds {
  readonly lower: KeyBound | null;
  readonly upper: KeyBound | null;
  readonly nullKey?: boolean;
}

/** The key as the engine orders it: text by its UTF-8 bytes on both. */
export function keyExpression(source: SourceName, key: KeyColumn): string {
  if (source === 'common_oltp') return key.type === 'text' ? `${key.from}::text COLLATE "C"` : key.from;
  const column = quoteIdentifier(key.from, 'mysql');
  return key.type === 'text' ? `CAST(CONVERT(${column} USING utf8mb4) AS BINARY)` : column;
}

/** Predicate of a chunk's rows. Rows with a null in their key are in the chunk `nullKey` alone. */
export function keyRange(source: SourceName, key: readonly KeyColumn[], bounds: KeyBounds): string {
  if (key.length === 0) return 'true';
  const columns = key.map((k) => (source === 'common_oltp' ? k.from : quoteIdentifier(k.from, 'mysql')));
  if (bounds.nullKey === true) return `(${columns.map((column) => `${column} IS NULL`).join(' OR ')})`;
  const compared = compare(
    source,
    key.map((k) => keyExpression(source, k)),
    key,
    bounds,
    '>',
  );
  const implied = key.length === 1 && compared.length > 0;
  return [...(implied ? [] : columns.map((column) => `${column} IS NOT NULL`)), ...compared].join(' AND ');
}

/** Replaces each `{range:…}` by the chunk's range over these expressions: the key's columns in order, or its first ones. */
export function renderRanges(sql: string, key: readonly KeyColumn[], bounds: KeyBounds): string {
  return sql.replaceAll(/\{range:([^}]*)\}/g, (_token, list: string) =>
    sideRange(
      list.split(',').map((part) => part.trim()),
      key,
      bounds,
    ),
  );
}

function sideRange(expressions: readonly string[], key: readonly KeyColumn[], bounds: KeyBounds): string {
  if (expressions.length > key.length) throw new Error(`{range:${expressions.join(',')}} has more columns than the key.`);
  const whole = expressions.length === key.length;
  // A null key joins nothing; but a key whose second column is null may join by its first.
  if (bounds.nullKey === true) return whole ? 'false' : 'true';
  const compared = compare('common_oltp', expressions, key.slice(0, expressions.length), bounds, whole ? '>' : '>=');
  return compared.length === 0 ? 'true' : `(${compared.join(' AND ')})`;
}

function compare(
  source: SourceName,
  expressions: readonly string[],
  key: readonly KeyColumn[],
  bounds: KeyBounds,
  above: '>' | '>=',
): string[] {
  const row = (values: readonly string[]) => (values.length === 1 ? values[0]! : `(${values.join(', ')})`);
  const literals = (bound: KeyBound) => row(key.map((k, index) => keyLiteral(source, k, bound[index])));
  return [
    ...(bounds.lower === null ? [] : [`${row(expressions)} ${above} ${literals(bounds.lower)}`]),
    ...(bounds.upper === null ? [] : [`${row(expressions)} <= ${literals(bounds.upper)}`]),
  ];
}

/**
 * Integers are bare: PostgreSQL then takes the smallest type that holds them, and an index over integer, bigint or numeric serves.
 * `'5'::numeric` would turn an integer column into numeric and its index away.
 */
export function keyLiteral(source: SourceName, key: KeyColumn, value: number | string | undefined): string {
  const text = String(value);
  if (value === undefined) throw new Error(`A chunk's bound lacks the key column ${key.column}.`);
  if (key.type === 'text') return source === 'common_oltp' ? quoteLiteral(text) : binaryLiteral(text);
  if (/^-?\d+$/.test(text)) return text.startsWith('-') ? `(${text})` : text;
  if (source === 'common_oltp' && /^(-?\d+\.\d+|NaN|-?Infinity)$/.test(text)) return `'${text}'::numeric`;
  throw new Error(`A chunk's bound for the key column ${key.column} is no number.`);
}
