import { countTuples, pickTuples } from '../../db/copy/read-back.ts';
import { fieldsOf } from '../../db/copy/tuple-fields.ts';
import { decodeTuple } from '../../db/copy/decode-tuple.ts';
import type { TablePlan } from '../../plan/types.ts';
import type { Difference, Findings } from './difference.ts';
import { pairRows } from './pair-rows.ts';
import { textOf, type RowCells } from './side.ts';

/** Rows that are named, at the most. */
const MOST_NAMED = 1_000;

/** Reads one side's tuples, as often as it is asked. */
export type TupleSource = () => AsyncIterable<Buffer>;

/**
 * Which rows the target does not hold as they were sent, byte for byte: the chunk is read again from both ends. The order of rows does
 * not matter. `refused`: how many of the source's rows stayed out, since the target refused their values.
 */
export async function narrowTuples(table: TablePlan, sent: TupleSource, kept: TupleSource, refused: number): Promise<Findings> {
  const [sentCounts, keptCounts] = [await countTuples(sent()), await countTuples(kept())];
  const missing = surplus(sentCounts, keptCounts);
  const extra = surplus(keptCounts, sentCounts);
  if (missing.total <= refused && extra.total === 0) return { rows: 0, differences: [] };
  const rowsOf = async (source: TupleSource, counts: ReadonlyMap<string, number>) =>
    (await pickTuples(source(), counts, MOST_NAMED)).map((tuple) => cellsOf(table, tuple));
  const named = pairRows(
    await rowsOf(sent, missing.counts),
    await rowsOf(kept, extra.counts),
    table.columns.map((column) => column.name),
    namesOf(table),
  );
  const differences: readonly Difference[] = refused === 0 ? named : named.filter((difference) => difference.kind !== 'missing');
  return { rows: Math.max(extra.total, missing.total - refused), differences };
}

function surplus(these: ReadonlyMap<string, number>, those: ReadonlyMap<string, number>) {
  const counts = new Map<string, number>();
  let total = 0;
  for (const [hash, count] of these) {
    const over = count - (those.get(hash) ?? 0);
    if (over <= 0) continue;
    counts.set(hash, over);
    total += over;
  }
  return { counts, total };
}

function namesOf(table: TablePlan): string[] {
  if (table.key.length > 0) return table.key.map((key) => key.column);
  return table.columns.filter((column) => column.cast === 'bigint').map((column) => column.name);
}

function cellsOf(table: TablePlan, tuple: Buffer): RowCells {
  const values = decodeTuple(tuple, table.columns);
  const named = table.key.length > 0 ? table.key.map((key) => key.target) : namesOf(table);
  return {
    key: named.map((name) => textOf(values[name])),
    hash: '',
    cells: fieldsOf(tuple).map((field) => field?.toString('base64') ?? null),
  };
}
