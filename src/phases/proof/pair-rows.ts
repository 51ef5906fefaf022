import type { Difference } from './difference.ts';
import { keyId, type RowCells } from './side.ts';

/** Rows that the target lacks beside rows that it has too much: two of one name are one row whose columns differ. */
export function pairRows(
  missing: readonly RowCells[],
  extra: readonly RowCells[],
  columns: readonly string[],
  key: readonly string[],
): Difference[] {
  const byKey = new Map<string, RowCells[]>();
  for (const row of extra) byKey.set(keyId(row.key), [...(byKey.get(keyId(row.key)) ?? []), row]);
  const nameOf = (row: RowCells) => Object.fromEntries(key.map((column, index) => [column, row.key[index] ?? null]));
  const differences: Difference[] = [];
  for (const row of missing) {
    const candidates = byKey.get(keyId(row.key)) ?? [];
    const twin = nearest(row, candidates);
    if (twin === null) {
      differences.push({ kind: 'missing', key: nameOf(row), columns: [] });
    } else {
      candidates.splice(candidates.indexOf(twin), 1);
      differences.push({
        kind: 'differs',
        key: nameOf(row),
        columns: columns.filter((_name, index) => row.cells[index] !== twin.cells[index]),
      });
    }
  }
  for (const row of [...byKey.values()].flat()) differences.push({ kind: 'extra', key: nameOf(row), columns: [] });
  return differences;
}

/** The candidate that shares the most columns with a row. */
function nearest(row: RowCells, candidates: readonly RowCells[]): RowCells | null {
  let best: RowCells | null = null;
  let most = -1;
  for (const candidate of candidates) {
    const shared = candidate.cells.filter((cell, index) => cell === row.cells[index]).length;
    if (shared > most) [best, most] = [candidate, shared];
  }
  return best;
}
