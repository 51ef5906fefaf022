import type pg from 'pg';
import type { KeyBounds } from '../../sql/range.ts';
import { MigrationError } from '../../failures.ts';
import { holdEpoch, type RunRef } from './fence.ts';

/** A chunk that has landed, as its proof needs it. */
export interface LandedChunkRow {
  readonly chunk: number;
  readonly bounds: KeyBounds;
  readonly rows: number;
  readonly rejected: number;
  readonly sha256: string;
  readonly sourceChecksum: string | null;
  readonly loadedChecksum: string | null;
  readonly proved: boolean;
}

/** A table's landed chunks from one number to another, in order. */
export async function landedChunks(client: pg.ClientBase, run: string, table: string, from: number, to: number): Promise<LandedChunkRow[]> {
  const { rows } = await client.query<LandedChunkRow>(
    `SELECT chunk, json_build_object('lower', lower_key, 'upper', upper_key, 'nullKey', null_key) AS bounds, rows, rejected, sha256,
            source_checksum AS "sourceChecksum", loaded_checksum AS "loadedChecksum", proved_at IS NOT NULL AS proved
       FROM identity_migration.chunks WHERE run = $1 AND table_name = $2 AND chunk BETWEEN $3 AND $4 AND state = 'done' ORDER BY chunk`,
    [run, table, from, to],
  );
  return rows;
}

/** Writes down that a chunk holds what was sent and what its source holds; not for one that was copied again meanwhile. */
export async function markProved(client: pg.ClientBase, ref: RunRef, table: string, { chunk, sha256 }: LandedChunkRow): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE identity_migration.chunks SET proved_at = clock_timestamp()
      WHERE run = $1 AND table_name = $2 AND chunk = $3 AND state = 'done' AND sha256 = $4`,
    [ref.run, table, chunk, sha256],
  );
  if (rowCount !== 1) throw new MigrationError('Fenced', { message: `Chunk ${chunk} of ${table} was copied again while it was proved.` });
  await holdEpoch(client, ref);
}

/** A row that is not the same on both sides, by its key. */
export interface NotedDifference {
  readonly kind: 'differs' | 'missing' | 'extra';
  readonly key: Readonly<Record<string, string | null>>;
  readonly columns: readonly string[];
}

/** Keeps what a proof found, in place of what it found before. Keys stay in the ledger: a failure says how many. */
export async function noteDifferences(
  client: pg.ClientBase,
  ref: RunRef,
  table: string,
  chunk: number,
  differences: readonly NotedDifference[],
): Promise<void> {
  await client.query('DELETE FROM identity_migration.differences WHERE run = $1 AND table_name = $2 AND chunk = $3', [
    ref.run,
    table,
    chunk,
  ]);
  await client.query(
    `INSERT INTO identity_migration.differences (run, table_name, chunk, kind, source_key, columns)
     SELECT $1, $2, $3, d.kind, d.source_key::json, d.columns::json
       FROM unnest($4::text[], $5::text[], $6::text[]) AS d(kind, source_key, columns)`,
    [
      ref.run,
      table,
      chunk,
      differences.map((d) => d.kind),
      differences.map((d) => JSON.stringify(d.key)),
      differences.map((d) => JSON.stringify(d.columns)),
    ],
  );
  await holdEpoch(client, ref);
}
