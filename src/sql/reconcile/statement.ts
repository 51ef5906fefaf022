import type { Rule, TablePlan } from '../../plan/types.ts';
import { clearTwinStatement } from './clear-twin.ts';
import { duplicateKeyStatement } from './duplicate-key.ts';
import { noteStatement } from './note.ts';
import { orphanReferenceStatement } from './orphan-reference.ts';
import { orphanStatement } from './orphan.ts';
import { renameTwinStatement } from './rename-twin.ts';

/**
 * One statement that applies a rule to the loaded table and writes what it did to the ledger. Parameter $1 is the run (uuid).
 * Its result is one row, one bigint `n`: rows rejected (`orphan`, `duplicate_key`) or adjusted (the others).
 */
export function reconcileStatement(table: TablePlan, rule: Rule, schema = 'identity'): string {
  switch (rule.kind) {
    case 'orphan':
      return orphanStatement(table, rule, schema);
    case 'orphan_reference':
      return orphanReferenceStatement(table, rule, schema);
    case 'duplicate_key':
      return duplicateKeyStatement(table, rule, schema);
    case 'rename_twin':
      return renameTwinStatement(table, rule, schema);
    case 'clear_twin':
      return clearTwinStatement(table, rule, schema);
    case 'note':
      return noteStatement(table, rule, schema);
  }
}

/** Whether a rule takes rows out of the table; the others change rows, or name them. */
export function rejectsRows(rule: Rule): boolean {
  return rule.kind === 'orphan' || rule.kind === 'duplicate_key';
}
