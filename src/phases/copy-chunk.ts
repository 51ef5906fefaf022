import type pg from 'pg';
import { land, type Landed } from '../db/copy/land.ts';
import type { ChunkReader } from '../db/copy/chunk-reader.ts';
import { rejectOf } from '../db/copy/reject-of.ts';
import { claimChunk, endOvertaken, settleChunk, type ChunkOutcome, type ChunkRef } from '../db/ledger/claim.ts';
import type { RunRef } from '../db/ledger/fence.ts';
import { deleteNotesOfChunk, insertAdjustments, insertRejects, type Adjustment, type Reject } from '../db/ledger/rejects.ts';
import { readRunFacts } from '../db/ledger/run-facts.ts';
import { translating } from '../db/errors.ts';
import { transaction } from '../db/postgres/transaction.ts';
import { MigrationError } from '../failures.ts';
import { planHash } from '../plan/hash.ts';
import { tablePlan } from '../plan/plan.ts';
import type { TablePlan } from '../plan/types.ts';
import { copyInto } from '../sql/copy-into.ts';
import { deleteRange } from '../sql/proof/delete-range.ts';
import type { KeyBounds } from '../sql/range.ts';
import { READS } from './ask-source.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from './engine.ts';
import { tally } from './observed.ts';
import { withChunkReader } from './open-chunk.ts';
import { withRun } from './run-session.ts';
import { chunkChecksums } from './proof/chunk-checksums.ts';

/** Copies one chunk: claim in a transaction of its own, then rows, rejects, adjustments and the ledger's row in one. */
export function copyChunk(engine: Engine, ref: RunRef, chunk: ChunkRef, attempt: Attempt): Promise<ChunkOutcome> {
  const table = tablePlan(chunk.table);
  const { signal } = attempt;
  return withRun(engine, ref, 'TableFailed', attempt, async (target) => {
    const facts = await readRunFacts(target, ref, planHash);
    const claim = await transaction(target, {}, () => claimChunk(target, ref, chunk, engine.worker));
    if (claim.state === 'done') return claim.outcome;
    if (claim.overtaken !== null) await endOvertaken(target, ref, claim.overtaken);
    const began = Date.now();
    attempt.beat(`${chunk.table} ${chunk.chunk}: claimed`);
    const source = { facts, table, bounds: claim.bounds, applicationName: READS, signal };
    const landed = await withChunkReader(engine, source, (reader) =>
      translating(engine.databases.target, 'TableFailed', () =>
        transaction(target, {}, async () => {
          if (claim.moved) await clearChunk(target, ref, table, chunk, claim.bounds);
          const chunkLanded = await landChunk(target, ref, table, chunk, reader);
          const { outcome, rejects, exact } = chunkLanded;
          const proof = facts.input.verify === 'full' ? { table, bounds: claim.bounds, context: { absent: facts.absent } } : null;
          const checksums = proof === null ? null : await chunkChecksums(reader, proof, rejects, exact);
          await settleChunk(target, ref, claim.attempt, outcome, checksums);
          return chunkLanded;
        }),
      ),
    );
    attempt.observe?.({
      kind: 'chunk',
      outcome: landed.outcome,
      attempt: claim.attempt,
      seconds: (Date.now() - began) / 1000,
      rejected: tally(landed.rejects),
      adjusted: tally(landed.adjustments),
    });
    return landed.outcome;
  });
}

/** What landed with a chunk before: its source moved since, and new rows come in the same transaction. */
async function clearChunk(target: pg.Client, ref: RunRef, table: TablePlan, chunk: ChunkRef, bounds: KeyBounds): Promise<void> {
  await target.query(deleteRange(table, bounds, TARGET_SCHEMA));
  await deleteNotesOfChunk(target, ref, chunk);
}

interface LandedChunk {
  readonly outcome: ChunkOutcome;
  readonly rejects: readonly Reject[];
  readonly adjustments: readonly Adjustment[];
  /** No text was bent in a way that the source's SQL cannot follow. */
  readonly exact: boolean;
}

/** Everything that lands with a chunk, in the caller's transaction. */
export async function landChunk(
  target: pg.Client,
  ref: RunRef,
  table: TablePlan,
  chunk: ChunkRef,
  reader: ChunkReader,
): Promise<LandedChunk> {
  const landed = await land(target, copyInto(table), reader);
  const sourceRows = await reader.count();
  const { rejects: kept, adjustments } = await reader.leftovers(sourceRows - landed.rows - landed.refused.length);
  const rejects = [...kept, ...landed.refused.map((refused) => refusedReject(table, refused))];
  const merged = countMerged(table, chunk, sourceRows, landed, rejects.length);
  await insertRejects(target, ref, table.table, table.source, chunk.chunk, rejects);
  await insertAdjustments(target, ref, table.table, chunk.chunk, adjustments);
  const adjusted = adjustments.reduce((sum, adjustment) => sum + adjustment.rows, 0);
  const { rows, bytes, sha256 } = landed;
  const outcome = { ...chunk, sourceRows, rows, merged, rejected: rejects.length, adjusted, bytes, sha256 };
  return { outcome, rejects, adjustments, exact: adjustments.every((adjustment) => adjustment.reason !== 'undecodable') };
}

/** Only a grouped table may land fewer rows than it read; elsewhere a difference means that a join or a cast lost or doubled rows. */
function countMerged(table: TablePlan, chunk: ChunkRef, sourceRows: number, landed: Landed, rejected: number): number {
  const merged = sourceRows - landed.rows - rejected;
  if (merged === 0 || (merged > 0 && table.grouped === true)) return merged;
  throw new MigrationError('TableFailed', {
    message: `Chunk ${chunk.chunk} of ${table.table}: the source counts ${sourceRows} rows, but ${landed.rows} came and ${rejected} were kept out.`,
    next: 'this is a fault of the plan or of the source (a lost primary key doubles rows of a join): nothing of the chunk landed.',
    table: table.table,
  });
}

/** A row that the target refused, as its ledger row. */
export function refusedReject(table: TablePlan, { tuple, detail }: Landed['refused'][number]): Reject {
  const state = detail.split(':').at(-1);
  return rejectOf(table, tuple, state === '23502' ? 'null_key' : state === '22001' ? 'too_long' : 'invalid_value', detail);
}
