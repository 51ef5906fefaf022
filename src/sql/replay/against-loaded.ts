import type { Rule, TablePlan } from '../../plan/types.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import { keeperColumn } from '../reconcile/keeper-column.ts';
import { loaded, noteAdjusted, rejectGone, sourceKey } from '../reconcile/ledger-entry.ts';
import { STAGE } from './stage.ts';

/**
 * A rule of several rows applied to staged rows against those that are in the finished table: what is there stays as it is. $1 is the
 * run; the result is one row, one bigint `n`. Null for rules that look at the staged rows and their parents only.
 */
export function againstLoadedStatement(table: TablePlan, rule: Rule, schema: string): string | null {
  switch (rule.kind) {
    case 'duplicate_key':
      return duplicates(table, rule, schema);
    case 'clear_twin':
      return clearTwins(table, rule, schema);
    case 'rename_twin':
      return renameTwins(table, rule, schema);
    case 'orphan':
    case 'orphan_reference':
    case 'note':
      return null;
  }
}

function duplicates(table: TablePlan, rule: Extract<Rule, { kind: 'duplicate_key' }>, schema: string): string {
  const same = rule.columns.map((column) => `o.${quoteIdentifier(column)} = ${loaded(column)}`);
  return `WITH gone AS (
    DELETE FROM ${staged(table)} t WHERE EXISTS (SELECT FROM ${quoteTable(schema, table.table)} o WHERE ${same.join(' AND ')}) RETURNING t.*
  ), ${rejectGone(table, 'duplicate_key', "'kept the row that is there'")}`;
}

function clearTwins(table: TablePlan, rule: Extract<Rule, { kind: 'clear_twin' }>, schema: string): string {
  const set = rule.set === 'null' ? 'NULL' : 'false';
  const there = `SELECT ${rule.by} FROM ${quoteTable(schema, table.table)} WHERE ${rule.where}`;
  return `WITH cleared AS (
    UPDATE ${staged(table)} t SET ${quoteIdentifier(rule.column)} = ${set} WHERE ${rule.where} AND ${rule.by} IN (${there})
    RETURNING ${sourceKey(table)} AS source_key, 'kept by the row that is there' AS detail
  ), ${noteAdjusted(table, rule.column, rule.reason, 'cleared')}`;
}

function renameTwins(table: TablePlan, rule: Extract<Rule, { kind: 'rename_twin' }>, schema: string): string {
  const column = loaded(rule.column);
  const separator = `'${rule.separator}'`;
  const fold = (sql: string) => rule.fold.replace('{}', () => sql);
  const names = `SELECT ${fold(quoteIdentifier(rule.column))} FROM ${quoteTable(schema, table.table)} WHERE ${quoteIdentifier(rule.column)} IS NOT NULL`;
  return `WITH RECURSIVE tried AS (
    SELECT t.ctid AS place, ${column}::text || ${separator} || ${keeperColumn(table)}::text AS candidate
    FROM ${staged(table)} t WHERE ${fold(column)} IN (${names})
    UNION ALL
    SELECT place, candidate || ${separator} FROM tried WHERE ${fold('tried.candidate')} IN (${names})
  ), chosen AS MATERIALIZED (
    SELECT DISTINCT ON (place) place, candidate FROM tried ORDER BY place, length(candidate) DESC
  ), renamed AS (
    UPDATE ${staged(table)} t SET ${quoteIdentifier(rule.column)} = chosen.candidate FROM chosen WHERE t.ctid = chosen.place
    RETURNING ${sourceKey(table)} AS source_key, 'kept by the row that is there' AS detail
  ), ${noteAdjusted(table, rule.column, rule.reason, 'renamed')}`;
}

const staged = (table: TablePlan) => `${STAGE}.${quoteIdentifier(table.table)}`;
