import type { LandedChunkRow } from '../../db/ledger/proofs.ts';
import type { RunFacts } from '../../db/ledger/run-facts.ts';
import type { TablePlan } from '../../plan/types.ts';
import { sourceRows } from '../../sql/proof/hashed-rows.ts';
import type { Ask } from '../ask-source.ts';
import type { Attempt } from '../engine.ts';
import { checksumText, parseChecksum, totalOf, type Checksum } from '../proof/side.ts';

export interface MovedChunk {
  readonly chunk: LandedChunkRow;
  /** What its source holds now. */
  readonly now: Checksum;
  /** How many rows were added or taken away, at the least one. */
  readonly rows: number;
}

/** The chunks whose source is not what it was when they were copied. */
export async function movedChunks(
  ask: Ask,
  table: TablePlan,
  facts: RunFacts,
  chunks: readonly LandedChunkRow[],
  attempt: Attempt,
): Promise<MovedChunk[]> {
  const moved: MovedChunk[] = [];
  for (const chunk of chunks) {
    if (chunk.sourceChecksum === null) continue;
    attempt.beat(`${table.table} ${chunk.chunk}: asks whether its source moved`);
    const now = await totalOf({ ask, rows: sourceRows(table, chunk.bounds, { absent: facts.absent }, 'loaded') });
    if (checksumText(now) === chunk.sourceChecksum) continue;
    moved.push({ chunk, now, rows: Math.max(1, Math.abs(now.rows - parseChecksum(chunk.sourceChecksum).rows)) });
  }
  return moved;
}
