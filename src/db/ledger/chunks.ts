import type pg from 'pg';
import type { KeyBounds } from '../../sql/range.ts';
import { transaction } from '../postgres/transaction.ts';
import { holdEpoch, LOSE_LOCK_WHEN_FROZEN, type RunRef } from './fence.ts';

export interface PlanState {
  readonly planned: boolean;
  readonly chunkRows: number;
  readonly estimatedRows: number;
}

export async function readPlanState(client: pg.ClientBase, ref: RunRef, table: string): Promise<PlanState | null> {
  const { rows } = await client.query<PlanState>(
    `SELECT planned, chunk_rows AS "chunkRows", estimated_rows AS "estimatedRows"
       FROM identity_migration.tables WHERE run = $1 AND table_name = $2`,
    [ref.run, table],
  );
  return rows[0] ?? null;
}

/** Writes a table's chunks, once: the second of two planners finds the table planned and leaves it so. */
export async function insertChunks(client: pg.ClientBase, ref: RunRef, table: string, bounds: readonly KeyBounds[]): Promise<void> {
  await transaction(client, {}, async () => {
    const { rows } = await client.query<{ planned: boolean }>(
      `SELECT planned, ${LOSE_LOCK_WHEN_FROZEN} FROM identity_migration.tables WHERE run = $1 AND table_name = $2 FOR UPDATE`,
      [ref.run, table],
    );
    if (rows[0]?.planned !== false) return;
    await client.query(
      `INSERT INTO identity_migration.chunks (run, table_name, chunk, lower_key, upper_key, null_key)
       SELECT $1, $2, b.chunk, b.lower_key::json, b.upper_key::json, b.null_key
         FROM unnest($3::text[], $4::text[], $5::boolean[]) WITH ORDINALITY AS b(lower_key, upper_key, null_key, chunk)`,
      [
        ref.run,
        table,
        bounds.map((b) => jsonOrNull(b.lower)),
        bounds.map((b) => jsonOrNull(b.upper)),
        bounds.map((b) => b.nullKey === true),
      ],
    );
    await client.query(
      `UPDATE identity_migration.tables SET planned = true, state = 'copying', started_at = coalesce(started_at, now())
        WHERE run = $1 AND table_name = $2`,
      [ref.run, table],
    );
    await holdEpoch(client, ref);
  });
}

/** A table's next chunks after number `after` that have not landed: a page for the workflow. */
export async function nextChunks(client: pg.ClientBase, ref: RunRef, table: string, after: number, limit: number): Promise<number[]> {
  const { rows } = await client.query<{ chunk: number }>(
    `SELECT chunk FROM identity_migration.chunks
      WHERE run = $1 AND table_name = $2 AND (state <> 'done' OR moved) AND chunk > $3 ORDER BY chunk LIMIT $4`,
    [ref.run, table, after, limit],
  );
  return rows.map((row) => row.chunk);
}

/** How many chunks a planned table has. */
export async function countChunks(client: pg.ClientBase, ref: RunRef, table: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    'SELECT count(*) AS n FROM identity_migration.chunks WHERE run = $1 AND table_name = $2',
    [ref.run, table],
  );
  return rows[0]!.n;
}

const jsonOrNull = (key: unknown) => (key === null ? null : JSON.stringify(key));
