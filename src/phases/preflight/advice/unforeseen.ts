import { formatCount } from '../../../report/format.ts';
import { warning, type Finding } from '../finding.ts';
import type { HandedTable } from '../predict/handed-table.ts';

/** The tables whose rules could not be asked beforehand. */
export function tellUnforeseen(handed: ReadonlyMap<string, HandedTable>): Finding[] {
  return [...handed]
    .filter(([, { tooMany }]) => tooMany)
    .map(([table, { rows }]) =>
      warning(
        `What the rules will do to ${table} is not foreseen: it has ${formatCount(rows)} rows.`,
        'Rules look at both sources at once, and so many rows are not handed from one to the other.',
        'nothing needs to be done: the run applies the rules all the same and accounts for each row; `identity-migrate rejects` lists them.',
      ),
    );
}
