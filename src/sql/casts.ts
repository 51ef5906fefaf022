import type { CastName, ColumnPlan, TablePlan } from '../plan/types.ts';
import { WIDTHS } from '../plan/widths.ts';
import { quoteLiteral } from './quote.ts';

/** The target's type of a cast: of the columns sent in binary, and of carry columns in the bare table. */
export const TARGET_TYPES: Readonly<Record<CastName, string>> = {
  bigint: 'bigint',
  integer: 'integer',
  smallint: 'smallint',
  text: 'text',
  utc: 'timestamptz',
  flag: 'boolean',
  boolean: 'boolean',
  date: 'date',
  numeric: 'numeric',
  jsonb: 'jsonb',
};

/** A source expression of common_oltp, cast to the target's type. The interval does not depend on the session's TimeZone. */
export function castExpression({ from, cast }: Pick<ColumnPlan, 'from' | 'cast'>): string {
  if (cast === 'utc') return `(${from})::timestamp AT TIME ZONE INTERVAL '0'`;
  if (cast === 'flag') return `((${from}) <> 0)`;
  return `(${from})::${TARGET_TYPES[cast]}`;
}

const LIMITS: Partial<Record<CastName, readonly [string, string]>> = {
  bigint: ["'-9223372036854775808'::bigint", '9223372036854775807'],
  integer: ["'-2147483648'::integer", '2147483647'],
  smallint: ["'-32768'::smallint", '32767'],
};

/** True where a value would break its cast to a whole number: NaN, an infinity, out of range or with a fraction. Null for the other casts. */
export function breaksCast({ from, cast }: Pick<ColumnPlan, 'from' | 'cast'>): string | null {
  const limits = LIMITS[cast];
  if (limits === undefined) return null;
  // CASE keeps the order: scale is cheap, and only where it says so is the fraction looked at.
  return `(CASE WHEN (${from}) BETWEEN ${limits[0]} AND ${limits[1]} THEN CASE WHEN scale(${from}) > 0 THEN (${from}) % 1 <> 0 ELSE false END
    ELSE (${from}) IS NOT NULL END)`;
}

/** A text's characters, one each: where the database takes each byte for one (SQL_ASCII), without those that continue one. */
export function charactersOf(text: string): string {
  return String.raw`(CASE WHEN (SELECT current_setting('server_encoding')) = 'SQL_ASCII' THEN regexp_replace(${text}, '[\x80-\xbf]', '', 'g') ELSE ${text} END)`;
}

/**
 * True where only blanks are too many for the target's column: PostgreSQL would cut them off without a word. What else is too long it
 * refuses itself.
 */
function losesBlanks(text: string, width: number): string {
  const over = `substr(${charactersOf(text)}, ${width + 1})`;
  return `(CASE WHEN octet_length(${text}) > ${width} THEN ${over} <> '' AND rtrim(${over}, ' ') = '' ELSE false END)`;
}

/**
 * Why a row is kept out before it is cast, as `reason|column:SQLSTATE`; NULL for good rows. Null where no row can be kept out.
 * The first column at fault names the reason. `breaks`: `breaksCast`, or what says the same for less; `isThere`: columns without nulls.
 */
export function verdictExpression(
  { table, columns }: Pick<TablePlan, 'table' | 'columns'>,
  breaks: (column: ColumnPlan) => string | null = breaksCast,
  isThere: (column: ColumnPlan) => boolean = () => false,
): string | null {
  const whens = columns.flatMap((column) => {
    const width = WIDTHS[table]?.[column.name];
    const { from, name } = column;
    const broken = breaks(column);
    const say = (reason: string, state: string) => quoteLiteral(`${reason}|${name}:${state}`);
    return [
      ...(column.required && !isThere(column) ? [`WHEN (${from}) IS NULL THEN ${say('null_key', '23502')}`] : []),
      ...(broken === null ? [] : [`WHEN ${broken} THEN ${say('invalid_value', '22003')}`]),
      ...(width === undefined ? [] : [`WHEN ${losesBlanks(castExpression(column), width)} THEN ${say('too_long', '22001')}`]),
      ...(column.values ? [`WHEN (${from}) NOT IN (${column.values.join(', ')}) THEN ${say('invalid_value', '23514')}`] : []),
    ];
  });
  return whens.length === 0 ? null : `CASE ${whens.join(' ')} END`;
}
