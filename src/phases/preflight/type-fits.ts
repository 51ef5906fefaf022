import type { SourceName } from '../../plan/types.ts';

/** How an actual column type stands to the documented one: `same` (or narrower), `wider` but readable, or `other`. */
export type Fit = 'same' | 'wider' | 'other';

type Family = 'number' | 'text' | 'time' | 'date' | 'boolean' | 'other';

const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/^tinyint\(1\)|^bool/, 'boolean'],
  [/^(numeric|decimal|smallint|integer|int|bigint|mediumint|tinyint|serial|bigserial)\b/, 'number'],
  [/^(varchar|character varying|character|char|bpchar|text|tinytext|mediumtext|longtext|enum)\b/, 'text'],
  [/^(timestamp|datetime)/, 'time'],
  [/^date$/, 'date'],
];

/** Types of MySQL that the wire's decoder and the proof read as what is documented, though they are of another family. */
const STAND_INS: Partial<Record<Family, RegExp>> = {
  number: /^(year|bit)\b/,
  boolean: /^bit\b/,
  text: /^(set|json|date|time)\b/,
  time: /^date$/,
};

export function fits(source: SourceName, documented: string, actual: string): Fit {
  const family = familyOf(documented);
  if (source === 'authorization_db' && STAND_INS[family]?.test(actual)) return widthOf(actual) > widthOf(documented) ? 'wider' : 'same';
  // A whole number with decimals has another text at the source than in the target, where the proof would find it.
  if (source === 'authorization_db' && family === 'number' && /^decimal\(\d+,[1-9]/.test(actual)) return 'other';
  const found = familyOf(actual);
  // A tinyint of any width can stand for a flag, and a flag for a small number.
  const numbers = (family === 'number' || family === 'boolean') && (found === 'number' || found === 'boolean');
  if (family !== found && !(numbers && (/^tinyint/.test(actual) || /^tinyint/.test(documented)))) return 'other';
  if (family === 'text' || family === 'number') return widthOf(actual) > widthOf(documented) ? 'wider' : 'same';
  return 'same';
}

function familyOf(type: string): Family {
  const lower = type.toLowerCase();
  return FAMILIES.find(([pattern]) => pattern.test(lower))?.[1] ?? 'other';
}

const INTEGERS: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  mediumint: 7,
  int: 10,
  integer: 10,
  serial: 10,
  bigint: 19,
  bigserial: 19,
  year: 4,
};

/** Characters of the longest text: `-838:59:59.000000`. */
const TEXTS: Readonly<Record<string, number>> = { date: 10, time: 17 };

/** Characters of a text, digits of a number; no limit is infinite. */
function widthOf(type: string): number {
  const lower = type.toLowerCase();
  const word = /^[a-z]+/.exec(lower)?.[0] ?? '';
  if (INTEGERS[word] !== undefined) return INTEGERS[word];
  if (TEXTS[word] !== undefined) return TEXTS[word];
  if (word === 'text') return 65_535;
  if (word === 'bit') return Math.ceil(Number(/\((\d+)/.exec(lower)?.[1] ?? 1) * Math.log10(2));
  const width = /\((\d+)/.exec(lower)?.[1];
  return width === undefined ? Number.POSITIVE_INFINITY : Number(width);
}
