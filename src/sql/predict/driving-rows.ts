import { WIDTHS } from '../../plan/widths.ts';
import type { ColumnPlan, TablePlan } from '../../plan/types.ts';
import { castExpression, verdictExpression } from '../casts.ts';
import { breaksDeclared } from '../declared-whole.ts';
import { quoteIdentifier, quoteLiteral } from '../quote.ts';
import { renderRanges } from '../range.ts';
import { renderRelations, type SourceContext } from '../relation.ts';
import type { RuleColumns } from './rule-columns.ts';
import { tooLong, undecodable } from './text-checks.ts';

export interface OltpSource extends SourceContext {
  /** The database checks that its text is valid (all but SQL_ASCII). */
  readonly checkedText: boolean;
}

/**
 * Every driving row of a common_oltp table with the columns that rules read, of the target's types, and:
 * `fate`, why the copy keeps it out (null: it lands), and `bent`, how many of its values the copy changes.
 * Texts compare by their bytes (COLLATE "C"). OFFSET 0 has each value worked out once, however often the query around names it.
 */
export function drivingRows(table: TablePlan, columns: RuleColumns, source: OltpSource): string {
  const render = (sql: string) => renderRanges(renderRelations(sql, source), table.key, { lower: null, upper: null });
  const cast = columns.plan.map(
    (column) => `${careful(column, breaksDeclared(table, column, source.schema))} AS ${quoteIdentifier(column.name)}`,
  );
  const where = table.where === undefined ? '' : ` WHERE ${render(table.where)}`;
  const rows = `SELECT ${[...cast, `${fateOf(table, source)} AS fate`, `${bentOf(table, source)} AS bent`].join(', ')} FROM ${render(table.from)}${where} OFFSET 0`;
  return columns.generated.length === 0 ? rows : withGenerated(rows, columns);
}

/** Adds the columns that the target computes to rows that have the plan's. */
export function withGenerated(rows: string, columns: RuleColumns): string {
  const computed = columns.generated.map(([name, sql]) => `${sql} AS ${quoteIdentifier(name)}`);
  return `SELECT t.*, ${computed.join(', ')} FROM (${rows}) t`;
}

/** The cast value; null where the cast would break: such a row's fate is settled. */
function careful(column: ColumnPlan, broken: string | null): string {
  const value = castExpression(column);
  if (broken !== null) return `CASE WHEN NOT ${broken} THEN ${value} END`;
  return column.cast === 'text' ? `${value} COLLATE "C"` : value;
}

function fateOf(table: TablePlan, { checkedText, schema }: OltpSource): string {
  const verdict = verdictExpression(table, (column) => breaksDeclared(table, column, schema));
  const texts = table.columns.filter((column) => column.cast === 'text');
  const widths = WIDTHS[table.table] ?? {};
  const whens = [
    ...(checkedText ? [] : texts.filter((column) => isExact(table, column)).map((column) => [undecodable(textOf(column)), 'undecodable'])),
    ...texts.flatMap((column) => (widths[column.name] === undefined ? [] : [[tooLong(textOf(column), widths[column.name]!), 'too_long']])),
  ].map(([condition, reason]) => `WHEN ${condition} THEN ${quoteLiteral(reason!)}`);
  const later = whens.length === 0 ? 'NULL' : `CASE ${whens.join(' ')} END`;
  return verdict === null ? `(${later})::text` : `coalesce(split_part(${verdict}, '|', 1), ${later})`;
}

/** What the copy repairs, it repairs before the target has its say, so a row that is too long counts, too. */
function bentOf(table: TablePlan, { checkedText }: OltpSource): string {
  if (checkedText) return '0';
  const texts = table.columns.filter((column) => column.cast === 'text' || column.cast === 'jsonb');
  const exact = texts.filter((column) => isExact(table, column)).map((column) => undecodable(textOf(column)));
  const bent = texts.filter((column) => !isExact(table, column)).map((column) => `${undecodable(textOf(column))}::int`);
  if (bent.length === 0) return '0';
  const verdict = verdictExpression(table);
  const kept = [...(verdict === null ? [] : [`${verdict} IS NOT NULL`]), ...exact];
  return kept.length === 0 ? bent.join(' + ') : `CASE WHEN ${kept.join(' OR ')} THEN 0 ELSE ${bent.join(' + ')} END`;
}

function isExact(table: TablePlan, column: ColumnPlan): boolean {
  return column.exact === true || column.secret === true || table.key.some((key) => key.target === column.name);
}

const textOf = (column: ColumnPlan) => (column.cast === 'jsonb' ? `(${castExpression(column)})::text` : castExpression(column));
