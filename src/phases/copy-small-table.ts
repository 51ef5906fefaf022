import type { ChunkOutcome } from '../db/ledger/claim.ts';
import type { RunRef } from '../db/ledger/fence.ts';
import { copyChunk } from './copy-chunk.ts';
import type { Attempt, Engine } from './engine.ts';
import { finishTable } from './finish-table.ts';
import { planChunks, type PlannedTable } from './plan-chunks.ts';
import type { StepStatus } from './step-types.ts';

/** The chunk that was foreseen, and the one of rows with a null in their key. */
const MOST_CHUNKS = 2;

export interface SmallTable {
  readonly planned: PlannedTable;
  /** All its chunks, those of a former attempt included; none where there are more than was foreseen: they are left to be copied one by one. */
  readonly landed: readonly ChunkOutcome[];
  /** As `finishTable` returns them; null where the table is not finished. */
  readonly proofs: readonly StepStatus[] | null;
}

/**
 * Plans, copies and finishes a table of one chunk: what such a table takes is what its activities cost, whatever its rows (on two cores,
 * 36 tables in three activities each: 2 s). Done again, it goes on where it was.
 */
export async function copySmallTable(engine: Engine, ref: RunRef, table: string, pageSize: number, attempt: Attempt): Promise<SmallTable> {
  const planned = await planChunks(engine, ref, table, pageSize, attempt);
  if (planned.chunks > MOST_CHUNKS) return { planned, landed: [], proofs: null };
  const landed: ChunkOutcome[] = [];
  for (let chunk = 1; chunk <= planned.chunks; chunk += 1) landed.push(await copyChunk(engine, ref, { table, chunk }, attempt));
  return { planned, landed, proofs: await finishTable(engine, ref, table, attempt) };
}
