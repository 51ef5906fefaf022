import type { Rule, TablePlan } from './types.ts';

/** The target tables that a table's rules look up. */
export function parentsOf(table: TablePlan): string[] {
  return [...new Set(table.rules.filter(isReference).map((rule) => rule.parent))];
}

/** Columns of a table by which the rules of others look it up. */
export function keysLookedUp(parent: string, plan: readonly TablePlan[]): string[] {
  const keys = plan.flatMap((table) => table.rules.filter(isReference).flatMap((rule) => (rule.parent === parent ? [rule.parentKey] : [])));
  return [...new Set(keys)];
}

/** What breaks "parents before children": one line for each parent that is missing or comes later. A table may be its own parent. */
export function orderProblems(plan: readonly TablePlan[]): string[] {
  const position = new Map(plan.map((table, index) => [table.table, index]));
  return plan.flatMap((table, index) =>
    parentsOf(table).flatMap((parent) => {
      const at = position.get(parent);
      if (at === undefined) return [`${table.table}: its parent ${parent} is not in the plan.`];
      return at > index ? [`${table.table}: its parent ${parent} comes later.`] : [];
    }),
  );
}

type Reference = Extract<Rule, { kind: 'orphan' | 'orphan_reference' }>;

function isReference(rule: Rule): rule is Reference {
  return rule.kind === 'orphan' || rule.kind === 'orphan_reference';
}
