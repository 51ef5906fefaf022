import type { ChunkReader } from '../../db/copy/chunk-reader.ts';
import type { ChunkChecksums } from '../../db/ledger/claim.ts';
import type { Reject } from '../../db/ledger/rejects.ts';
import type { TablePlan } from '../../plan/types.ts';
import { passingRows, sourceRows } from '../../sql/proof/hashed-rows.ts';
import type { KeyText } from '../../sql/proof/key-condition.ts';
import type { KeyBounds } from '../../sql/range.ts';
import type { SourceContext } from '../../sql/relation.ts';
import { rowsOfKeys } from './rows-of-keys.ts';
import { checksumText, textOf, totalOf, without } from './side.ts';

export interface ProvedRange {
  readonly table: TablePlan;
  readonly bounds: KeyBounds;
  readonly context: SourceContext;
}

/**
 * The source's own checksum of a chunk, in the snapshot that was copied, so that a source which moves later is not taken for a decoder
 * that errs. `exact`: what landed is what the source's SQL can say.
 */
export async function chunkChecksums(
  reader: ChunkReader,
  range: ProvedRange,
  rejects: readonly Reject[],
  exact: boolean,
): Promise<ChunkChecksums> {
  const side = { ask: (sql: string) => reader.ask(sql), rows: sourceRows(range.table, range.bounds, range.context, 'loaded') };
  const total = await totalOf(side);
  const source = checksumText(total);
  if (!exact) return { source, loaded: null };
  if (rejects.length === 0) return { source, loaded: source };
  if (range.table.key.length === 0) {
    // Rows without a key cannot be taken off by it. Those that the casts keep out are all that are rejected, if they are as many.
    const passing = await totalOf({ ...side, rows: passingRows(range.table, side.rows) });
    return { source, loaded: passing.rows === total.rows - rejects.length ? checksumText(passing) : null };
  }
  const keys = rejects.map((reject) => rejectedKey(range.table, reject));
  return { source, loaded: checksumText(without(total, await rowsOfKeys(side, range.table.source, range.table.key, keys))) };
}

function rejectedKey(table: TablePlan, { sourceKey }: Reject): KeyText {
  return table.key.map(({ column }) => keyText(sourceKey[column]));
}

/** Beyond 2^53 a number prints as 1e+21 does. */
function keyText(value: unknown): string | null {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : textOf(value);
}
