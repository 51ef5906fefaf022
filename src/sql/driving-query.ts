import type { ColumnPlan, TablePlan } from '../plan/types.ts';
import { breaksCast, castExpression, verdictExpression } from './casts.ts';
import { breaksDeclared, declaredWhole } from './declared-whole.ts';
import { FORGET_KEPT_OUT, KEPT_OUT_QUERY, passes } from './passes.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';
import { keyExpression, keyRange, renderRanges, type KeyBounds } from './range.ts';
import { mysqlColumn, mysqlRelation, renderRelations, type SourceContext } from './relation.ts';
import { jsonObject, shownColumns } from './shown-row.ts';

export interface PostgresDrivingQueries {
  /** One row, one bigint `n`: rows of the driving query, before grouping. */
  readonly count: string;
  /**
   * One row, one bigint `n`: how many rows the last `good` of the transaction has kept out; with those that it gave it makes `count`.
   * Null where the rows to count are not those of the query.
   */
  readonly keptOut: string | null;
  /** `keptOut` says for certain only that no row was: what was judged may be a row of one side of a join, before it is joined. */
  readonly joined: boolean;
  /** A statement without a result, to be run before each `good`. */
  readonly forget: string;
  /** The rows that pass the casts: the plan's columns in order, of the target's types, ordered by key. Fit for `COPY (…) TO STDOUT`. */
  readonly good: string;
  /**
   * `good`, but that it leaves to the cast what a cast refuses by itself: NaN in a column that is declared whole. It fails then, with one of
   * the SQLSTATEs 0A000 and 22003. Null where that spares nothing. 600,000 emails take 515 ms, where `good` takes 577 (medians of eleven).
   */
  readonly trusting: string | null;
  /** The other rows: `source_table`, `source_key` json, `reason`, `detail`, `row` json. Null where no row can fail a cast. */
  readonly bad: string | null;
}

export interface MysqlDrivingQueries {
  /** One row, one bigint `n`: how many rows the server found for the session's last query. */
  readonly found: string;
  /** One row, one bigint `n`, for a server that cannot tell what it found. */
  readonly count: string;
  /** The plan's columns in order, uncast, ordered by key. */
  readonly select: string;
}

/** A chunk of a common_oltp table; of its rows those that match `only`, where that is given. The session's TimeZone is UTC. */
export function postgresDrivingQueries(
  table: TablePlan,
  bounds: KeyBounds,
  context: SourceContext,
  only: string = 'true',
): PostgresDrivingQueries {
  // Only the plan's own text is rendered: a bound is somebody's data, and may look like a token.
  const render = (sql: string) => renderRanges(renderRelations(sql, context), table.key, bounds);
  const where = table.where === undefined ? undefined : render(table.where);
  const range = and([keyRange('common_oltp', table.key, bounds), only]);
  const verdict = verdictExpression(table, (column) => breaksDeclared(table, column, context.schema));
  const from = render(table.from);
  const rows = (condition: string) => `FROM ${from} WHERE ${and([where, range, condition])} ORDER BY ${orderOf(table)}`;
  const columns = table.columns.map((column) => `${castExpression(column)} AS ${quoteIdentifier(column.name)}`);
  const joined = !isOneTable(table.from);
  const counted = table.countFrom !== undefined ? null : joined ? 'true' : and([where, range]);
  const looked = (why: string) => passes(why, counted);
  const trusted = verdict === null ? null : passesTrusted(table, bounds, context, verdict, looked);
  const selected = (condition: string) => `SELECT ${columns.join(', ')} ${rows(condition)}`;
  return {
    keptOut: counted === null ? null : KEPT_OUT_QUERY,
    joined,
    forget: FORGET_KEPT_OUT,
    count: `SELECT count(*) AS n FROM ${render(table.countFrom ?? table.from)} WHERE ${and([where, range])}`,
    good: selected(verdict === null ? 'true' : looked(verdict)),
    trusting: trusted === null ? null : selected(trusted),
    bad: verdict === null ? null : badQuery(table, verdict, rows(`${verdict} IS NOT NULL`)),
  };
}

/**
 * True for the rows that pass, or fail their cast. Null where no column is one that may be declared whole, and for the rows with a null in
 * their key: of all others the range has left those out. `full`: the verdict where the columns are not declared so.
 */
function passesTrusted(
  table: TablePlan,
  bounds: KeyBounds,
  context: SourceContext,
  full: string,
  looked: (verdict: string) => string,
): string | null {
  const declared = table.columns.flatMap((column) => declaredWhole(table, column, context.schema) ?? []);
  if (declared.length === 0 || bounds.nullKey === true) return null;
  const rest = verdictExpression(
    table,
    (column) => (declaredWhole(table, column, context.schema) === null ? breaksCast(column) : null),
    ({ from }) => table.key.some((key) => key.from === from),
  );
  // One answer for all columns, found once a query: a row is asked for one truth, instead of one a column.
  const all = `(SELECT coalesce(${declared.join(' AND ')}, false))`;
  return and([`${all} OR ${looked(full)}`, rest === null ? undefined : `NOT ${all} OR ${looked(rest)}`]);
}

const isOneTable = (from: string) => /^\{\w+\} \w+$/.test(from);

function badQuery(table: TablePlan, verdict: string, rows: string): string {
  return `SELECT ${sourceTableOf(table)} AS source_table, ${sourceKeyOf(table)} AS source_key,
      split_part(${verdict}, '|', 1) AS reason, split_part(${verdict}, '|', 2) AS detail, ${rowOf(table)} AS "row"
    ${rows}`;
}

/** A chunk of an authorization_db table; of its rows those that match `only`, where that is given. The decoder casts. */
export function mysqlDrivingQueries(
  table: TablePlan,
  bounds: KeyBounds,
  context: SourceContext,
  only: string = 'true',
): MysqlDrivingQueries {
  const rows = `FROM ${mysqlRelation(table.from, context)} WHERE ${and([keyRange('authorization_db', table.key, bounds), only])}`;
  const columns = table.columns.map((column) => mysqlColumn(table.from, column.from, context));
  const order = table.key.map((key) => keyExpression('authorization_db', key));
  return {
    found: 'SELECT FOUND_ROWS() AS n',
    count: `SELECT count(*) AS n ${rows}`,
    select: `SELECT ${columns.join(', ')} ${rows} ORDER BY ${order.join(', ')}`,
  };
}

const inOrder = ({ from, cast }: ColumnPlan) => (cast === 'text' ? `(${from}) COLLATE "C"` : from);

const and = (conditions: readonly (string | undefined)[]) =>
  conditions
    .filter((condition) => condition !== undefined)
    .map((condition) => `(${condition})`)
    .join(' AND ');

/** By key; without one by all columns, so that a second reading, of the target too, gives the same order: its texts by their bytes. */
function orderOf(table: TablePlan): string {
  const key = table.key.length > 0 ? table.key.map((k) => keyExpression('common_oltp', k)) : table.columns.map(inOrder);
  return [...key, ...(table.tieBreak ?? [])].join(', ');
}

function sourceTableOf(table: TablePlan): string {
  const column = table.columns.find((candidate) => candidate.name === table.sourceTableColumn);
  return column === undefined ? quoteLiteral(table.sourceTable) : castExpression(column);
}

function sourceKeyOf(table: TablePlan): string {
  if (table.key.length === 0) return rowOf(table);
  return jsonObject(table.key.map((key) => [key.column, key.from]));
}

function rowOf(table: TablePlan): string {
  return jsonObject(shownColumns(table).map((column) => [column.name, jsonOf(column)]));
}

/** The cast value; where the cast would break, the value as text. */
function jsonOf(column: ColumnPlan): string {
  const broken = breaksCast(column);
  const value = castExpression(column);
  return broken === null ? value : `CASE WHEN ${broken} THEN to_json((${column.from})::text) ELSE to_json(${value}) END`;
}
