import { GENERATED } from '../../plan/generated.ts';
import type { ColumnPlan, Rule, TablePlan } from '../../plan/types.ts';
import { isVouchedUnique, type SourceKeys } from './source-keys.ts';

/** What a table's rules read of its rows. */
export interface RuleColumns {
  /** The table's rules, but for those that look for duplicates where the source vouches that there are none. */
  readonly rules: readonly Rule[];
  /** Those of them of which it matters which of several rows they choose: something of the row is read later. */
  readonly ordered: readonly Rule[];
  /** Columns of the plan, in its order. */
  readonly plan: readonly ColumnPlan[];
  /** Columns that the target computes, with their expression over the plan's. */
  readonly generated: readonly (readonly [name: string, sql: string])[];
}

/** The columns that the rules name, and those that `also` names: all that a prediction reads of a row. */
export function ruleColumns(table: TablePlan, keys: SourceKeys, also: readonly string[] = []): RuleColumns {
  const rules = table.rules.filter((rule) => rule.kind !== 'duplicate_key' || !isVouchedUnique(table, rule.columns, keys));
  const ordered = rules.filter((rule) => also.length > 0 || rule !== rules.at(-1));
  const texts = [...rules.flatMap((rule) => textsOf(rule, ordered.includes(rule))), ...also];
  const generated = Object.entries(GENERATED[table.table] ?? {}).filter(([name]) => names(texts, name));
  const all = [...texts, ...generated.map(([, sql]) => sql)];
  const plan = table.columns.filter(({ name }) => names(all, name));
  // Rows without any column could not be counted.
  return { rules, ordered, plan: plan.length > 0 ? plan : table.columns.slice(0, 1), generated };
}

/** Columns whose text rules compare when folded: how a text folds is the target's word. */
export function foldedColumns(table: TablePlan): readonly string[] {
  const texts = table.rules.flatMap((rule) => {
    if (rule.kind === 'rename_twin') return [rule.fold.replace('{}', () => rule.column)];
    return rule.kind === 'clear_twin' ? [rule.by] : [];
  });
  return table.columns.map(({ name }) => name).filter((name) => texts.includes(`lower(${name})`));
}

function textsOf(rule: Rule, ordered: boolean): readonly string[] {
  switch (rule.kind) {
    case 'orphan':
    case 'orphan_reference':
      return [rule.column];
    case 'duplicate_key':
      return [...rule.columns, ...(ordered ? [rule.keep] : [])];
    case 'rename_twin':
      return [rule.column, rule.keep];
    case 'clear_twin':
      return [rule.column, rule.by, rule.where, rule.keep];
    case 'note':
      return [rule.where];
  }
}

const names = (texts: readonly string[], name: string) => texts.some((text) => new RegExp(String.raw`\b${name}\b`).test(text));
