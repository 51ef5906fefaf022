import { createHash } from 'node:crypto';
import type { Difference } from './difference.ts';
import type { Excuse } from './excuses.ts';
import type { RowCells } from './side.ts';

/** A target row, and the same with what a rename added taken off again. */
export interface KeptRow extends RowCells {
  readonly unrenamed: RowCells['cells'];
}

/** What each reason makes of a cell; the others leave it as it is in the source. */
const BECOMES_NULL = ['orphan_reference', 'email_twin'];
const RENAMES = ['handle_twin', 'name_twin', 'slug_twin'];

/** The hash of a text as each engine makes it: the digits that are compared. */
export const cellHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 14);

/**
 * Rows of one key that the ledger says something about: as many are gone as were rejected, and the others are what the source holds,
 * but for the columns that a rule changed, which are what the rule makes of them.
 */
export function judgeExcused(
  excuse: Excuse,
  sent: readonly RowCells[],
  kept: readonly KeptRow[],
  columns: readonly string[],
  key: Readonly<Record<string, string | null>>,
): Difference[] {
  const left = [...sent];
  const differences: Difference[] = [];
  for (const row of kept) {
    const wrong = left.map((source) => columns.filter((column, index) => !agrees(excuse.adjusted[column], source, row, index)));
    const best = wrong.reduce((found, names, index) => (found === -1 || names.length < wrong[found]!.length ? index : found), -1);
    if (best === -1) {
      differences.push({ kind: 'extra', key, columns: [] });
      continue;
    }
    left.splice(best, 1);
    if (wrong[best]!.length > 0) differences.push({ kind: 'differs', key, columns: wrong[best]! });
  }
  const lacking = left.length - excuse.rejected;
  for (let row = 0; row < lacking; row += 1) differences.push({ kind: 'missing', key, columns: [] });
  for (let row = 0; row < -lacking; row += 1) differences.push({ kind: 'extra', key, columns: [] });
  return differences;
}

function agrees(reason: string | undefined, source: RowCells, row: KeptRow, index: number): boolean {
  const cell = row.cells[index]!;
  if (reason !== undefined && BECOMES_NULL.includes(reason)) return cell === null;
  if (reason === 'primary_twin') return cell === FALSE;
  if (reason !== undefined && RENAMES.includes(reason)) return row.unrenamed[index] === source.cells[index] && cell !== source.cells[index];
  return cell === source.cells[index];
}

const FALSE = cellHash('false');
