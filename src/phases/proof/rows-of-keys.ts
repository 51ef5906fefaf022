import type { KeyColumn, SourceName } from '../../plan/types.ts';
import { keyCondition, type KeyText } from '../../sql/proof/key-condition.ts';
import { cellsQuery } from '../../sql/proof/questions.ts';
import { cellsOf, type RowCells, type Side } from './side.ts';

/** Keys of one question. */
const PAGE = 500;

/** The rows of these keys, each row once however often its key is listed. `source` says whose way of comparing text `key` is in. */
export async function rowsOfKeys(
  { ask, rows }: Side,
  source: SourceName,
  key: readonly KeyColumn[],
  keys: readonly KeyText[],
): Promise<RowCells[]> {
  const distinct = [...new Map(keys.map((values) => [JSON.stringify(values), values])).values()];
  const found: RowCells[] = [];
  for (let at = 0; at < distinct.length; at += PAGE) {
    const page = await ask(cellsQuery(rows, keyCondition(source, key, distinct.slice(at, at + PAGE))));
    found.push(...page.map((row) => cellsOf(row, rows)));
  }
  return found;
}
