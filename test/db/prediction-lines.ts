import type { Prediction } from '../../src/db/ledger/predictions.ts';
import type { Outcome } from '../../src/local/demo/outcome.ts';
import type { Manifest } from '../../src/local/sample/manifest.ts';

/** `users adjusted 12`, `users handle_twin 3`: one line for each total and each reason that is not nothing, in order. */
export function linesOfPredictions(predictions: readonly Prediction[]): string[] {
  return linesOf(predictions.map(({ table, kind, reason, rows }) => [table, reason === '' ? kind : reason, rows]));
}

export function linesOfManifest({ tables }: Manifest): string[] {
  return linesOf(
    Object.entries(tables).flatMap(([table, { reasons, ...totals }]) =>
      [...Object.entries(totals), ...Object.entries(reasons)].map(([name, rows]) => [table, name, rows] as const),
    ),
  );
}

export function linesOfOutcome({ tables, reasons }: Outcome): string[] {
  const totals = tables.flatMap(({ table, source, loaded, merged, rejected, adjusted }) =>
    Object.entries({ source, loaded, merged, rejected, adjusted }).map(([name, rows]) => [table, name, rows] as const),
  );
  return linesOf([...totals, ...reasons.map(({ table, reason, rows }) => [table, reason, rows] as const)]);
}

/** A reason that rejects in one column and bends in another is one line: the manifest does not tell them apart. */
function linesOf(counts: readonly (readonly [table: string, name: string, rows: number])[]): string[] {
  const sums = new Map<string, number>();
  for (const [table, name, rows] of counts) sums.set(`${table} ${name}`, (sums.get(`${table} ${name}`) ?? 0) + rows);
  return [...sums]
    .filter(([, rows]) => rows > 0)
    .map(([name, rows]) => `${name} ${rows}`)
    .sort();
}
