import { GENERATED } from '../../plan/generated.ts';
import type { ColumnPlan, Rule, TablePlan } from '../../plan/types.ts';

/** What a table's rules read of its rows. */
export interface RuleColumns {
  /** Columns of the plan, in its order. */
  readonly plan: readonly ColumnPlan[];
  /** Columns that the target computes, with their expression over the plan's. */
  readonly generated: readonly (readonly [name: string, sql: string])[];
}

/** The columns that the rules name, and those that `also` names: all that a prediction reads of a row. */
export function ruleColumns(table: TablePlan, also: readonly string[] = []): RuleColumns {
  const texts = [...table.rules.flatMap(textsOf), ...also];
  const generated = Object.entries(GENERATED[table.table] ?? {}).filter(([name]) => names(texts, name));
  const all = [...texts, ...generated.map(([, sql]) => sql)];
  return { plan: table.columns.filter(({ name }) => names(all, name)), generated };
}

/** Columns whose text rules compare when folded: how a text folds is the target's word. */
export function foldedColumns(table: TablePlan): readonly string[] {
  const texts = table.rules.flatMap((rule) => {
    if (rule.kind === 'rename_twin') return [rule.fold.replace('{}', () => rule.column)];
    return rule.kind === 'clear_twin' ? [rule.by] : [];
  });
  return table.columns.map(({ name }) => name).filter((name) => texts.includes(`lower(${name})`));
}

function textsOf(rule: Rule): readonly string[] {
  switch (rule.kind) {
    case 'orphan':
    case 'orphan_reference':
      return [rule.column];
    case 'duplicate_key':
      return [...rule.columns, rule.keep];
    case 'rename_twin':
      return [rule.column, rule.keep];
    case 'clear_twin':
      return [rule.column, rule.by, rule.where, rule.keep];
    case 'note':
      return [rule.where];
  }
}

const names = (texts: readonly string[], name: string) => texts.some((text) => new RegExp(String.raw`\b${name}\b`).test(text));
