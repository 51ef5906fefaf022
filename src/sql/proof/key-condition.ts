import type { KeyColumn, SourceName } from '../../plan/types.ts';
import { keyExpression, keyLiteral } from '../range.ts';

/** A key's columns as text, in the plan's order; null where the column is. */
export type KeyText = readonly (string | null)[];

/** True for the rows of these keys. Throws for a number that is none. */
export function keyCondition(source: SourceName, key: readonly KeyColumn[], keys: readonly KeyText[]): string {
  if (keys.length === 0 || key.length === 0) return 'false';
  const names = key.map((column) => keyExpression(source, column));
  const whole = keys.filter((values) => !values.includes(null));
  const literal = (values: KeyText) => values.map((value, index) => keyLiteral(source, key[index]!, value!));
  const list = whole.map((values) => `(${literal(values).join(', ')})`).join(', ');
  const conditions = whole.length === 0 ? [] : [`(${names.join(', ')}) IN (${list})`];
  const broken = keys.filter((values) => values.includes(null));
  return [...conditions, ...broken.map((values) => `(${withNulls(source, key, names, values)})`)].join(' OR ');
}

function withNulls(source: SourceName, key: readonly KeyColumn[], names: readonly string[], values: KeyText): string {
  return names
    .map((name, index) => {
      const value = values[index] ?? null;
      return value === null ? `${name} IS NULL` : `${name} = ${keyLiteral(source, key[index]!, value)}`;
    })
    .join(' AND ');
}
