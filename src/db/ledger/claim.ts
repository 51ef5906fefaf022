import type pg from 'pg';
import type { KeyBounds } from '../../sql/range.ts';
import { MigrationError } from '../../failures.ts';
import { applicationName, holdEpoch, LOSE_LOCK_WHEN_FROZEN, type RunRef } from './fence.ts';

export interface ChunkRef {
  readonly table: string;
  readonly chunk: number;
}

/** What landed with a chunk. Rows and bytes are those in the target; seconds are the attempt's. */
export interface ChunkOutcome extends ChunkRef {
  readonly sourceRows: number;
  readonly rows: number;
  readonly merged: number;
  readonly rejected: number;
  readonly adjusted: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What proves a chunk later; null where the run proves counts only. Each is `<rows>:<sum of row hashes>`. */
export interface ChunkChecksums {
  /** All rows that the source held for it, in the snapshot that was copied. */
  readonly source: string;
  /** Without the rejected ones; null where SQL alone cannot tell which rows these are. */
  readonly loaded: string | null;
}

export type Claim =
  /**
   * `moved`: it landed before, and its source moved since; what landed then goes as the new rows come. `overtaken`: the server's process
   * of the attempt before, which may be under way still; null for the first.
   */
  | {
      readonly state: 'mine';
      readonly attempt: number;
      readonly bounds: KeyBounds;
      readonly moved: boolean;
      readonly overtaken: number | null;
    }
  | { readonly state: 'done'; readonly outcome: ChunkOutcome };

interface ChunkRow {
  readonly state: string;
  readonly attempt: number;
  readonly lower_key: KeyBounds['lower'];
  readonly upper_key: KeyBounds['upper'];
  readonly null_key: boolean;
  readonly moved: boolean;
  readonly overtaken: number | null;
  readonly source_rows: number;
  readonly rows: number;
  readonly merged: number;
  readonly rejected: number;
  readonly adjusted: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Takes a chunk for this attempt, in the caller's own transaction. The token is ours: Temporal's attempt starts at 1 again after a reset. */
export async function claimChunk(client: pg.ClientBase, ref: RunRef, chunk: ChunkRef, worker: string): Promise<Claim> {
  const key = [ref.run, chunk.table, chunk.chunk];
  const taken = await client.query<ChunkRow>(
    `UPDATE identity_migration.chunks c
        SET state = 'claimed', attempt = c.attempt + 1, worker = $5, backend = pg_backend_pid(), started_at = clock_timestamp()
       FROM (SELECT backend AS overtaken FROM identity_migration.chunks WHERE run = $1 AND table_name = $2 AND chunk = $3 FOR UPDATE) old
      WHERE c.run = $1 AND c.table_name = $2 AND c.chunk = $3 AND (c.state <> 'done' OR c.moved)
        AND EXISTS (SELECT FROM identity_migration.runs r WHERE r.run = $1 AND r.epoch = $4)
      RETURNING c.*, old.overtaken`,
    [...key, ref.epoch, worker],
  );
  const mine = taken.rows[0];
  if (mine !== undefined) {
    const bounds: KeyBounds = { lower: mine.lower_key, upper: mine.upper_key, nullKey: mine.null_key };
    return { state: 'mine', attempt: mine.attempt, bounds, moved: mine.moved, overtaken: mine.overtaken };
  }
  const found = await client.query<ChunkRow>(
    'SELECT * FROM identity_migration.chunks WHERE run = $1 AND table_name = $2 AND chunk = $3',
    key,
  );
  const row = found.rows[0];
  if (row?.state === 'done') return { state: 'done', outcome: outcomeOf(chunk, row) };
  await holdEpoch(client, ref);
  throw new MigrationError('SchemaMismatch', {
    message: `Chunk ${chunk.chunk} of ${chunk.table} is not in the ledger.`,
    table: chunk.table,
  });
}

/**
 * Ends the session of an overtaken attempt. It could not land any more, but while its worker is frozen it would hold its lock on the
 * table, and no index could be built. One that rests between two pieces of work holds nothing.
 */
export async function endOvertaken(client: pg.ClientBase, ref: RunRef, backend: number): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2
        AND usename = current_user AND state <> 'idle' AND pid <> pg_backend_pid()`,
    [backend, applicationName(ref)],
  );
}

/** Records the outcome, as the last statement before COMMIT: an attempt that was overtaken must not land. */
export async function settleChunk(
  client: pg.ClientBase,
  ref: RunRef,
  attempt: number,
  outcome: ChunkOutcome,
  checksums: ChunkChecksums | null = null,
): Promise<void> {
  // Before the chunk's row is locked, too: holdEpoch comes after it.
  await client.query(`SELECT ${LOSE_LOCK_WHEN_FROZEN}`);
  const { rowCount } = await client.query(
    `UPDATE identity_migration.chunks
        SET state = 'done', source_rows = $5, rows = $6, merged = $7, rejected = $8, adjusted = $9, bytes = $10, sha256 = $11,
            source_checksum = $12, loaded_checksum = $13, proved_at = NULL, moved = false, backend = NULL,
            finished_at = clock_timestamp()
      WHERE run = $1 AND table_name = $2 AND chunk = $3 AND state = 'claimed' AND attempt = $4`,
    [
      ref.run,
      outcome.table,
      outcome.chunk,
      attempt,
      outcome.sourceRows,
      outcome.rows,
      outcome.merged,
      outcome.rejected,
      outcome.adjusted,
      outcome.bytes,
      outcome.sha256,
      checksums?.source ?? null,
      checksums?.loaded ?? null,
    ],
  );
  if (rowCount !== 1) {
    throw new MigrationError('Fenced', {
      message: `A newer attempt holds chunk ${outcome.chunk} of ${outcome.table}: this one was rolled back.`,
    });
  }
  await holdEpoch(client, ref);
}

function outcomeOf(chunk: ChunkRef, row: ChunkRow): ChunkOutcome {
  const { rows, merged, rejected, adjusted, bytes, sha256 } = row;
  return { ...chunk, sourceRows: row.source_rows, rows, merged, rejected, adjusted, bytes, sha256 };
}
