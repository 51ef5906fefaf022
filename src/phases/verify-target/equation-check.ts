import type { TableVerdict } from './verify-report.ts';
import { checked } from './catalog-checks.ts';
import type { Check } from './verify-report.ts';

/** Rows of the driving query = loaded + merged + rejected, each counted now. */
export function equationCheck(tables: readonly TableVerdict[]): Check {
  const wrong = tables
    .filter(({ source, target, merged, rejected }) => source !== target + merged + rejected)
    .map(({ table, source, target, merged, rejected }) => `${table}: ${source} ≠ ${target} + ${merged} + ${rejected}`);
  return checked(
    'equation',
    wrong,
    `${tables.length - wrong.length} of ${tables.length} tables: source = target + merged + rejected`,
    'look at who writes to the target or the sources.',
  );
}
