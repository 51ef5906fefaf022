import { quoteIdentifier } from '../quote.ts';
import type { Parameters } from './parameters.ts';
import type { RuleColumns } from './rule-columns.ts';

/** How the target folds the texts of one column that are no plain ASCII: two lists of one length. */
export interface Folding {
  readonly column: string;
  readonly texts: readonly string[];
  readonly folded: readonly string[];
}

/** The rows with these columns folded as the target does it; where that is no ASCII, as hex digits, which every encoding has. */
export function foldedRows(rows: string, columns: RuleColumns, foldings: readonly Folding[], parameters: Parameters): string {
  if (foldings.length === 0) return rows;
  const names = [...columns.plan.map(({ name }) => name), ...columns.generated.map(([name]) => name)];
  const value = (name: string) => {
    const at = foldings.findIndex(({ column }) => column === name);
    const column = `t.${quoteIdentifier(name)}`;
    return at < 0 ? column : `coalesce(f${at}.folded, ${column}) COLLATE "C" AS ${quoteIdentifier(name)}`;
  };
  const joins = foldings.map(({ column, texts, folded }, index) => {
    const lists = `unnest(${parameters.add(texts)}::text[], ${parameters.add(folded.map(plain))}::text[])`;
    return ` LEFT JOIN ${lists} AS f${index}(text, folded) ON f${index}.text = t.${quoteIdentifier(column)}`;
  });
  return `SELECT ${[...names.map(value), 't.fate', 't.bent'].join(', ')} FROM (${rows}) t${joins.join('')}`;
}

/** U+0001 before the digits, which no handle begins with, keeps them apart from texts that look the same. */
function plain(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : `\u0001${Buffer.from(text, 'utf8').toString('hex')}`;
}
