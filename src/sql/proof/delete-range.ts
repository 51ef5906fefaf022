import type { TablePlan } from '../../plan/types.ts';
import { quoteTable } from '../quote.ts';
import { keyRange, type KeyBounds } from '../range.ts';
import { targetKey } from './key-text.ts';

/** Takes a chunk's loaded rows out of the target. */
export function deleteRange(table: TablePlan, bounds: KeyBounds, schema: string): string {
  return `DELETE FROM ${quoteTable(schema, table.table)} t WHERE ${keyRange('common_oltp', targetKey(table), bounds)}`;
}
