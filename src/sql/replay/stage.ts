import type { TablePlan } from '../../plan/types.ts';
import { TARGET_TYPES } from '../casts.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';

/** Where rows wait that are tried again: a session's own tables, named as the target's. */
export const STAGE = 'pg_temp';

/**
 * The stage of a table: what the bare table has (types, NOT NULL, CHECK, generated and carry columns), gone with the transaction.
 * Its parents stand beside it as views of the finished ones, for the rules to look at.
 */
export function stageStatements(table: TablePlan, schema: string): string[] {
  const name = quoteIdentifier(table.table);
  const carry = table.columns
    .filter((column) => column.carry === true)
    .map((column) => `ALTER TABLE ${STAGE}.${name} ADD COLUMN ${quoteIdentifier(column.name)} ${TARGET_TYPES[column.cast]}`);
  const parents = new Set(table.rules.flatMap((rule) => ('parent' in rule && rule.parent !== table.table ? [rule.parent] : [])));
  return [
    `CREATE TEMPORARY TABLE ${name} (LIKE ${quoteTable(schema, table.table)} INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING DEFAULTS)`,
    ...carry,
    ...[...parents].map((parent) => `CREATE TEMPORARY VIEW ${quoteIdentifier(parent)} AS SELECT * FROM ${quoteTable(schema, parent)}`),
  ];
}

export function unstageStatements(table: TablePlan): string[] {
  const parents = new Set(table.rules.flatMap((rule) => ('parent' in rule && rule.parent !== table.table ? [rule.parent] : [])));
  return [
    `DROP TABLE ${STAGE}.${quoteIdentifier(table.table)}`,
    ...[...parents].map((parent) => `DROP VIEW ${STAGE}.${quoteIdentifier(parent)}`),
  ];
}

/** Staged rows that are in the finished table already, column by column: in a table without a key nothing else tells them. */
export function dropLoadedStatement(table: TablePlan, schema: string): string {
  const same = table.columns
    .filter((column) => column.carry !== true)
    .map(({ name }) => `o.${quoteIdentifier(name)} IS NOT DISTINCT FROM t.${quoteIdentifier(name)}`);
  return `DELETE FROM ${STAGE}.${quoteIdentifier(table.table)} t USING ${quoteTable(schema, table.table)} o WHERE ${same.join(' AND ')}`;
}

/**
 * Brings the staged rows into the finished table. Generated columns make themselves. `stamped`: columns whose default is the time of
 * the insert, which legacy rows do not get.
 */
export function landStatement(table: TablePlan, schema: string, stamped: readonly string[]): string {
  const columns = table.columns.filter((column) => column.carry !== true).map(({ name }) => name);
  const empty = stamped.filter((name) => !columns.includes(name));
  const list = [...columns, ...empty].map((name) => quoteIdentifier(name));
  return `INSERT INTO ${quoteTable(schema, table.table)} (${list.join(', ')}) OVERRIDING SYSTEM VALUE
    SELECT ${[...columns.map((name) => quoteIdentifier(name)), ...empty.map(() => 'NULL')].join(', ')} FROM ${STAGE}.${quoteIdentifier(table.table)}`;
}
