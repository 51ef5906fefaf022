import type { Step } from '../db/ledger/steps.ts';
import { EMPTY_TABLES, PLAN } from '../plan/plan.ts';
import type { Rule, TablePlan } from '../plan/types.ts';

/** Rules of one table, by their places in the plan; or the rows of side sources that no driving row uses. */
export type ReconcileWork =
  | { readonly table: string; readonly rules: readonly number[] }
  // As steps were written before those of a small table became one.
  | { readonly table: string; readonly rule: number }
  | { readonly table: string; readonly notCarried: number }
  | { readonly absent: true };

/** Rules of different tables, side by side. */
export const RECONCILE_AT_ONCE = 4;

/**
 * Parents before children; the rules of a table in the plan's order. A table waits for the last rule of each of its parents,
 * so tables that have nothing to do with each other are reconciled at the same time. `large`: tables whose rules are a step each, so that
 * pause and abort take effect between them. So are those of the tables that look rows up in such a one; those of the others are one step.
 */
export function reconcileWork(large: (table: string) => boolean): Step[] {
  const last = new Map<string, string>();
  const steps: Step[] = [];
  for (const plan of PLAN.filter((candidate) => !EMPTY_TABLES.includes(candidate.table))) {
    const all = plan.rules.map((_rule, index) => index);
    const groups = [plan.table, ...parentsOf(plan)].some(large) || all.length < 2 ? all.map((index) => [index]) : [all];
    groups.forEach((rules, index) => {
      const own = last.get(plan.table);
      const step = `${plan.table}: ${rules.length > 1 ? `rules 1 to ${rules.length}` : `${index + 1} ${nameOf(plan.rules[index]!)}`}`;
      const before = [own, ...(index === 0 ? parentsOf(plan).map((parent) => last.get(parent)) : [])];
      steps.push({
        step,
        table: plan.table,
        work: { table: plan.table, rules } satisfies ReconcileWork,
        after: before.filter((name) => name !== undefined),
      });
      last.set(plan.table, step);
    });
    (plan.notCarried ?? []).forEach((side, index) => {
      const step = `${plan.table}: not carried of ${side.source}`;
      steps.push({ step, table: plan.table, work: { table: plan.table, notCarried: index } satisfies ReconcileWork, after: [] });
    });
  }
  steps.push({ step: 'absent in the sources', table: null, work: { absent: true } satisfies ReconcileWork, after: [] });
  return steps;
}

function parentsOf(plan: TablePlan): string[] {
  const parents = plan.rules.flatMap((rule) => ('parent' in rule && rule.parent !== plan.table ? [rule.parent] : []));
  return [...new Set(parents)];
}

function nameOf(rule: Rule): string {
  if (rule.kind === 'orphan' || rule.kind === 'orphan_reference') return `${rule.kind} ${rule.column}`;
  if (rule.kind === 'duplicate_key') return `duplicate_key ${rule.columns.join(', ')}`;
  return rule.reason;
}
