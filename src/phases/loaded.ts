import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';

/** From so many rows on, a statement over all of them takes longer than an activity costs. */
const LARGE = 10_000;

export interface Loaded {
  /** Rows of a table that have landed. */
  readonly rowsOf: (table: string) => number;
  /** Whether statements over a table are worth a step each. */
  readonly isLarge: (table: string) => boolean;
}

/** What has landed, by the ledger's sums: valid once all tables are copied. */
export async function readLoaded(client: pg.ClientBase, { run }: RunRef): Promise<Loaded> {
  const { rows } = await client.query<{ table: string; loaded: number }>(
    'SELECT table_name AS "table", coalesce(loaded, 0)::float8 AS loaded FROM identity_migration.tables WHERE run = $1',
    [run],
  );
  const loaded = new Map(rows.map(({ table, loaded: count }) => [table, count]));
  const rowsOf = (table: string) => loaded.get(table) ?? 0;
  return { rowsOf, isLarge: (table) => rowsOf(table) > LARGE };
}
