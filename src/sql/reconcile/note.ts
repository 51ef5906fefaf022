import type { Rule, TablePlan } from '../../plan/types.ts';
import { quoteTable } from '../quote.ts';
import { noteAdjusted, sourceKey } from './ledger-entry.ts';

/** Rows that were bent while copying are named; nothing changes. */
export function noteStatement(table: TablePlan, rule: Extract<Rule, { kind: 'note' }>, schema: string): string {
  return `WITH bent AS (
    SELECT ${sourceKey(table)} AS source_key, NULL::text AS detail FROM ${quoteTable(schema, table.table)} t WHERE ${rule.where}
  ), ${noteAdjusted(table, rule.column, rule.reason, 'bent')}`;
}
