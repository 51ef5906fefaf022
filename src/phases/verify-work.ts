import type { Step } from '../db/ledger/steps.ts';
import { EMPTY_TABLES, PLAN } from '../plan/plan.ts';

export type VerifyWork =
  | { readonly check: 'table'; readonly table: string }
  | { readonly check: 'constraints' }
  | { readonly check: 'identity' };

/** What verify checks: per table the equation, that its source still counts the same, and its statistics; then the whole. */
export function verifyWork(): Step[] {
  const tables = [...PLAN.map((plan) => plan.table), ...EMPTY_TABLES];
  const checks: VerifyWork[] = [
    ...tables.map((table): VerifyWork => ({ check: 'table', table })),
    { check: 'constraints' },
    { check: 'identity' },
  ];
  return checks.map((work) => {
    const table = 'table' in work ? work.table : null;
    return { step: `verify ${table ?? work.check}`, table, work, after: [] };
  });
}
