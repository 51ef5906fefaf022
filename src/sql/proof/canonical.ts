import type { CastName, ColumnPlan, TablePlan } from '../../plan/types.ts';
import { quoteIdentifier } from '../quote.ts';
import { mysqlColumn, type SourceContext } from '../relation.ts';

/**
 * One text for one value, the same from each engine, made by the engine's own SQL: what the proof compares. It shares nothing with
 * the casts that the copy uses, and tells NULL from an empty text.
 *
 * - whole numbers and numerics: decimal digits, no zeros at the end of a fraction
 * - `utc`: `YYYY-MM-DD HH:MM:SS[.ffffff]` in UTC, no zeros at the end of the fraction; `infinity`, `BC` as PostgreSQL writes them
 * - `flag`, `boolean`: `true` or `false`
 * - `text`, `jsonb`: the UTF-8 text, with each `|` doubled (a single one ends a value in a row's text)
 */
export interface CanonicalColumn {
  readonly name: string;
  /** SQL of the text; null where the value is. */
  readonly text: string;
}

/** The plan's columns as the source holds them. */
export function sourceTexts(table: TablePlan, columns: readonly ColumnPlan[], context: SourceContext): CanonicalColumn[] {
  return columns.map((column) => ({
    name: column.name,
    text:
      table.source === 'common_oltp'
        ? postgresSource(column)
        : mysqlSource(column.cast, withoutAlias(mysqlColumn(table.from, column.from, context))),
  }));
}

/** The plan's columns as the target holds them, under the alias `t`. */
export function targetTexts(columns: readonly ColumnPlan[]): CanonicalColumn[] {
  return columns.map(({ name, cast }) => ({ name, text: targetText(cast, `t.${quoteIdentifier(name)}`) }));
}

function postgresSource({ from, cast }: ColumnPlan): string {
  switch (cast) {
    case 'bigint':
    case 'integer':
    case 'smallint':
    case 'numeric':
      return `trim_scale((${from})::numeric)::text`;
    case 'utc':
      return `(${from})::timestamp::text`;
    case 'flag':
      return `CASE WHEN (${from}) = 0 THEN 'false' WHEN (${from}) IS NOT NULL THEN 'true' END`;
    case 'boolean':
      return `(${from})::boolean::text`;
    case 'date':
      return `(${from})::date::text`;
    case 'text':
      return doubled(`(${from})::text`);
    case 'jsonb':
      return doubled(`(${from})::jsonb::text`);
  }
}

function targetText(cast: CastName, column: string): string {
  switch (cast) {
    case 'numeric':
      return `trim_scale(${column})::text`;
    case 'utc':
      return `(${column} AT TIME ZONE 'UTC')::text`;
    case 'text':
    case 'jsonb':
      return doubled(`${column}::text`);
    case 'bigint':
    case 'integer':
    case 'smallint':
    case 'flag':
    case 'boolean':
    case 'date':
      return `${column}::text`;
  }
}

const doubled = (text: string) => `replace(${text}, '|', '||')`;

/** MySQL and MariaDB alike; every text is binary, so that no collation has a say. */
function mysqlSource(cast: CastName, column: string): string {
  switch (cast) {
    case 'bigint':
    case 'integer':
    case 'smallint':
      // + 0 takes the zeros off a ZEROFILL column.
      return `CAST(${column} + 0 AS BINARY)`;
    case 'flag':
      return `CAST(CASE WHEN ${column} = 0 THEN 'false' WHEN ${column} IS NOT NULL THEN 'true' END AS BINARY)`;
    case 'utc':
      return mysqlTime(column);
    case 'text':
      // PostgreSQL holds no U+0000: the copy takes it out, and counts that.
      return `REPLACE(REPLACE(CAST(CONVERT(${column} USING utf8mb4) AS BINARY), X'00', X''), X'7C', X'7C7C')`;
    case 'boolean':
    case 'date':
    case 'numeric':
    case 'jsonb':
      throw new Error(`No canonical text for cast ${cast} from MySQL`);
  }
}

/**
 * What every month has, in whole seconds, the server writes as it is wanted; the rest is taken apart. Of a column of 1.5 million datetimes,
 * that is 1.3 s instead of 4.
 */
function mysqlTime(column: string): string {
  const usual = `DAYOFMONTH(${column}) BETWEEN 1 AND 28 AND MONTH(${column}) >= 1 AND YEAR(${column}) >= 1 AND MICROSECOND(${column}) = 0`;
  return `CAST(CASE WHEN ${usual} THEN CAST(CAST(${column} AS DATETIME) AS CHAR) ELSE ${takenApart(`CAST(${column} AS CHAR)`)} END AS BINARY)`;
}

/** From `YYYY-MM-DD[ HH:MM:SS[.f]]`; null where it is no date, by the calendar of LAST_DAY. */
function takenApart(text: string): string {
  const part = (at: number, length: number) => `SUBSTR(${text}, ${at}, ${length})`;
  const whole = `RPAD(CONCAT(${text}, CASE CHAR_LENGTH(${text}) WHEN 10 THEN ' 00:00:00.' WHEN 19 THEN '.' ELSE '' END), 26, '0')`;
  const trimmed = `TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM ${whole}))`;
  return `CASE WHEN ${part(1, 4)} = '0000' OR ${part(6, 2)} = '00' OR ${part(9, 2)} = '00' THEN NULL
    WHEN ${part(9, 2)} > DAYOFMONTH(LAST_DAY(CONCAT(${part(1, 8)}, '01'))) THEN NULL ELSE ${trimmed} END`;
}

/** A column that is absent stands as `literal AS name`, which an expression cannot hold. */
function withoutAlias(column: string): string {
  return column.replace(/ AS `[^`]*`$/, '');
}
