import type { Rule, TablePlan } from '../../plan/types.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../quote.ts';
import { loaded, rejectGone } from './ledger-entry.ts';

type Orphan = Extract<Rule, { kind: 'orphan' | 'orphan_reference' }>;

/** Rows whose required parent is not there leave the table. */
export function orphanStatement(table: TablePlan, rule: Orphan, schema: string): string {
  return `WITH gone AS (
    DELETE FROM ${quoteTable(schema, table.table)} t WHERE ${parentIsMissing(rule, schema)} RETURNING t.*
  ), ${rejectGone(table, 'orphan', parentDetail(rule))}`;
}

/** True for rows that name a parent which is not there. */
export function parentIsMissing(rule: Orphan, schema: string): string {
  const column = loaded(rule.column);
  const parent = quoteTable(schema, rule.parent);
  return `${column} IS NOT NULL AND NOT EXISTS (SELECT FROM ${parent} p WHERE p.${quoteIdentifier(rule.parentKey)} = ${column})`;
}

/** `users:123` */
export function parentDetail(rule: Orphan): string {
  return `${quoteLiteral(`${rule.parent}:`)} || ${loaded(rule.column)}::text`;
}
