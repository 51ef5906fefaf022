import { formatCount } from '../../../report/format.ts';
import { warning, type Finding } from '../finding.ts';
import type { Predicted } from '../predict/predict.ts';

/** The tables whose rules could not be asked beforehand. */
export function tellUnforeseen({ handed, unforeseen }: Predicted): Finding[] {
  return [...unforeseen].map((table) =>
    warning(
      `What the rules will do to ${table} is not foreseen: it has ${formatCount(handed.get(table)?.rows ?? null)} rows.`,
      'It, or a table that it refers to, has more rows than are handed to the other source, which rules look at as well.',
      'nothing needs to be done: the run applies the rules all the same and accounts for each row; `identity-migrate rejects` lists them.',
    ),
  );
}
