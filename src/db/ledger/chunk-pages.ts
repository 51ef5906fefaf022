import type pg from 'pg';

/** Neighbouring chunks of a table, for one activity. */
export interface ChunkPage {
  readonly table: string;
  readonly from: number;
  readonly to: number;
}

interface Counted {
  readonly table: string;
  readonly chunk: number;
  readonly rows: number;
  readonly most: number;
}

/** Pages of a table at the most: what a history can list. */
const MOST_PAGES = 200;

/** Rows that one activity looks at, where chunks are smaller. */
const PAGE_ROWS = 20_000;

/**
 * Every chunk of a run, or of one table of it, small ones together: a page holds about as many rows as a chunk may. Tables in the run's
 * order.
 */
export async function chunkPages(client: pg.ClientBase, run: string, table: string | null = null): Promise<ChunkPage[]> {
  const { rows } = await client.query<Counted>(
    `SELECT c.table_name AS "table", c.chunk, coalesce(c.source_rows, 0) AS rows, t.chunk_rows AS most
       FROM identity_migration.chunks c JOIN identity_migration.tables t USING (run, table_name)
      WHERE c.run = $1 AND ($2::text IS NULL OR c.table_name = $2) ORDER BY t.position, c.chunk`,
    [run, table],
  );
  return pagesOf(rows);
}

export function pagesOf(chunks: readonly Counted[]): ChunkPage[] {
  const count = new Map<string, number>();
  for (const { table } of chunks) count.set(table, (count.get(table) ?? 0) + 1);
  const pages: ChunkPage[] = [];
  let held = 0;
  for (const { table, chunk, rows, most } of chunks) {
    const page = pages.at(-1);
    const atLeast = Math.ceil(count.get(table)! / MOST_PAGES);
    held += rows;
    if (page?.table === table && (held <= Math.max(most, PAGE_ROWS) || chunk - page.from < atLeast)) {
      pages[pages.length - 1] = { ...page, to: chunk };
    } else {
      pages.push({ table, from: chunk, to: chunk });
      held = rows;
    }
  }
  return pages;
}
