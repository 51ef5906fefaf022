import type { Step } from '../db/ledger/steps.ts';
import { EMPTY_TABLES, PLAN } from '../plan/plan.ts';

export type VerifyWork =
  | { readonly check: 'equation'; readonly table: string }
  | { readonly check: 'source'; readonly table: string }
  | { readonly check: 'constraints' }
  | { readonly check: 'identity' }
  | { readonly check: 'analyze'; readonly table: string };

/** What verify checks: per table the equation and that its source still counts the same; then the whole. */
export function verifyWork(): Step[] {
  const loaded = PLAN.map((plan) => plan.table);
  const checks: VerifyWork[] = [
    ...loaded.flatMap((table): VerifyWork[] => [
      { check: 'equation', table },
      { check: 'source', table },
      { check: 'analyze', table },
    ]),
    ...EMPTY_TABLES.map((table): VerifyWork => ({ check: 'equation', table })),
    { check: 'constraints' },
    { check: 'identity' },
  ];
  return checks.map((work) => {
    const table = 'table' in work ? work.table : null;
    return { step: table === null ? `verify: ${work.check}` : `${table}: ${work.check}`, table, work, after: [] };
  });
}
