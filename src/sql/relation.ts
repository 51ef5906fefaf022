import { parseMissing } from '../plan/missing.ts';
import { SOURCE_TABLES } from '../plan/sources/catalog.ts';
import type { SourceColumn } from '../plan/types.ts';
import { quoteIdentifier, quoteTable } from './quote.ts';

/** What a source holds, as preflight found it. */
export interface SourceContext {
  /** Source tables and columns that are not there and may be: `phone`, `email.status_id`. */
  readonly absent: readonly string[];
  /** Schema of the PostgreSQL source; `common_oltp` unless said. */
  readonly schema?: string;
}

/** Replaces each `{table}` by the table, or by a subquery that supplies what the source lacks. The alias after it stays. */
export function renderRelations(sql: string, context: SourceContext): string {
  return sql.replaceAll(/\{([a-z]\w*)\}/g, (_token, table: string) => postgresRelation(table, context));
}

function postgresRelation(table: string, context: SourceContext): string {
  const columns = SOURCE_TABLES.common_oltp[table];
  if (columns === undefined) throw new Error(`The plan's sources have no table ${table}.`);
  const name = quoteTable(context.schema ?? 'common_oltp', table);
  const absent = absentIn(table, context);
  if (absent.table) {
    return `(SELECT ${Object.entries(columns)
      .map(([column, type]) => typedNull(column, type))
      .join(', ')} WHERE false)`;
  }
  if (absent.columns.length === 0) return name;
  return `(SELECT present.*, ${absent.columns.map((column) => typedDefault(column, columns[column]!)).join(', ')} FROM ${name} present)`;
}

/** A MySQL table, or an empty one of the same columns. */
export function mysqlRelation(table: string, context: SourceContext): string {
  if (!absentIn(table, context).table) return quoteIdentifier(table, 'mysql');
  const columns = Object.keys(SOURCE_TABLES.authorization_db[table] ?? {});
  return `(SELECT ${columns.map((column) => `NULL AS ${quoteIdentifier(column, 'mysql')}`).join(', ')} FROM DUAL WHERE false) AS absent`;
}

/** A MySQL column, or the literal that stands for it where it is absent. */
export function mysqlColumn(table: string, column: string, context: SourceContext): string {
  const quoted = quoteIdentifier(column, 'mysql');
  if (!absentIn(table, context).columns.includes(column)) return quoted;
  return `${SOURCE_TABLES.authorization_db[table]?.[column]?.absent ?? 'NULL'} AS ${quoted}`;
}

function absentIn(table: string, context: SourceContext): { readonly table: boolean; readonly columns: readonly string[] } {
  const names = context.absent.map(parseMissing).filter((name) => name?.table === table);
  return { table: names.some((name) => name?.column === null), columns: names.flatMap((name) => name?.column ?? []) };
}

const typedNull = (column: string, { type }: SourceColumn) => `NULL::${type} AS ${quoteIdentifier(column)}`;
const typedDefault = (column: string, { type, absent }: SourceColumn) => `(${absent ?? 'NULL'})::${type} AS ${quoteIdentifier(column)}`;
