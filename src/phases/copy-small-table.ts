import type { ChunkOutcome } from '../db/ledger/claim.ts';
import type { RunRef } from '../db/ledger/fence.ts';
import { Disposition, FAILURES, MigrationError } from '../failures.ts';
import { copyChunk } from './copy-chunk.ts';
import type { Attempt, Engine } from './engine.ts';
import { finishTable } from './finish-table.ts';
import { planChunks } from './plan-chunks.ts';
import type { StepStatus } from './step-types.ts';

/** A table of one chunk may have another, of the rows with a null in their key. */
const MOST_CHUNKS = 2;

export interface SmallTable {
  readonly chunks: number;
  /** Chunks that have landed, those of a former attempt included. */
  readonly landed: readonly ChunkOutcome[];
  /** What is left to be copied one by one, and finished: the first page of it. Null where the table is finished. */
  readonly left: readonly number[] | null;
  /** As `finishTable` returns them. */
  readonly proofs: readonly StepStatus[];
}

/**
 * Plans, copies and finishes a table of one chunk: what such a table takes is what its activities cost, whatever its rows (on two cores,
 * 36 tables in three activities each: 2 s). One that turns out to have more, or that fails in its middle, is left to be copied as any other:
 * its failure comes again there, once what has landed is counted. Done again, it goes on where it was.
 */
export async function copySmallTable(engine: Engine, ref: RunRef, table: string, pageSize: number, attempt: Attempt): Promise<SmallTable> {
  const { chunks, first } = await planChunks(engine, ref, table, pageSize, attempt);
  const landed: ChunkOutcome[] = [];
  if (chunks > MOST_CHUNKS) return { chunks, landed, left: first, proofs: [] };
  const all = Array.from({ length: chunks }, (_, index) => index + 1);
  try {
    for (const chunk of all) landed.push(await copyChunk(engine, ref, { table, chunk }, attempt));
    return { chunks, landed, left: null, proofs: await finishTable(engine, ref, table, attempt) };
  } catch (error) {
    if (!(error instanceof MigrationError) || FAILURES[error.type] === Disposition.Retry) throw error;
    return { chunks, landed, left: all.slice(landed.length), proofs: [] };
  }
}
