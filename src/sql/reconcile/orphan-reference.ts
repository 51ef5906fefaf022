import type { Rule, TablePlan } from '../../plan/types.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import { noteAdjusted, sourceKey } from './ledger-entry.ts';
import { parentDetail, parentIsMissing } from './orphan.ts';

/** References to an optional parent that is not there become null. */
export function orphanReferenceStatement(table: TablePlan, rule: Extract<Rule, { kind: 'orphan_reference' }>, schema: string): string {
  const name = quoteTable(schema, table.table);
  return `WITH lost AS MATERIALIZED (
    SELECT t.ctid AS place, ${sourceKey(table)} AS source_key, ${parentDetail(rule)} AS detail FROM ${name} t WHERE ${parentIsMissing(rule, schema)}
  ), cleared AS (
    UPDATE ${name} t SET ${quoteIdentifier(rule.column)} = NULL FROM lost WHERE t.ctid = lost.place RETURNING lost.source_key, lost.detail
  ), ${noteAdjusted(table, rule.column, 'orphan_reference', 'cleared')}`;
}
