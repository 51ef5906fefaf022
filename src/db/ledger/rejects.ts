import type pg from 'pg';
import type { ChunkRef } from './claim.ts';
import type { RunRef } from './fence.ts';

/** A row kept out. `row` holds target names to values, without secret columns; it goes into the ledger and nowhere else. */
export interface Reject {
  readonly sourceTable: string;
  readonly sourceKey: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly detail: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Values changed to fit, counted by chunk. */
export interface Adjustment {
  readonly column: string;
  readonly reason: string;
  readonly rows: number;
}

const PAGE = 5_000;

export async function insertRejects(
  client: pg.ClientBase,
  ref: RunRef,
  table: string,
  source: string,
  chunk: number | null,
  rejects: readonly Reject[],
): Promise<void> {
  for (let at = 0; at < rejects.length; at += PAGE) {
    const page = rejects.slice(at, at + PAGE);
    await client.query(
      `INSERT INTO identity_migration.rejects (run, table_name, source, chunk, source_table, source_key, reason, detail, "row")
       SELECT $1, $2, $3, $9::integer, r.source_table, r.source_key::json, r.reason, r.detail, r.content::json
         FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) AS r(source_table, source_key, reason, detail, content)`,
      [
        ref.run,
        table,
        source,
        page.map((r) => r.sourceTable),
        page.map((r) => JSON.stringify(r.sourceKey)),
        page.map((r) => r.reason),
        page.map((r) => r.detail),
        page.map((r) => JSON.stringify(r.row)),
        chunk,
      ],
    );
  }
}

export async function insertAdjustments(
  client: pg.ClientBase,
  ref: RunRef,
  table: string,
  chunk: number | null,
  adjustments: readonly Adjustment[],
): Promise<void> {
  await client.query(
    `INSERT INTO identity_migration.adjustments (run, table_name, chunk, column_name, reason, rows)
     SELECT $1, $2, $3, a.column_name, a.reason, a.rows FROM unnest($4::text[], $5::text[], $6::bigint[]) AS a(column_name, reason, rows)`,
    [ref.run, table, chunk, adjustments.map((a) => a.column), adjustments.map((a) => a.reason), adjustments.map((a) => a.rows)],
  );
}

/** Takes back what was noted with a chunk's rows, as these go. */
export async function deleteNotesOfChunk(client: pg.ClientBase, ref: RunRef, { table, chunk }: ChunkRef): Promise<void> {
  for (const notes of ['rejects', 'adjustments', 'differences']) {
    await client.query(`DELETE FROM identity_migration.${notes} WHERE run = $1 AND table_name = $2 AND chunk = $3`, [
      ref.run,
      table,
      chunk,
    ]);
  }
}
