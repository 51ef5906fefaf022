import type pg from 'pg';
import type { Phase, RunOptions, TableState } from '../../contract.ts';
import { overtaken, type RunRef } from './fence.ts';

/** What the ledger says of one table: where the workflow begins to count from. */
export interface TableOverview {
  readonly table: string;
  readonly state: TableState;
  readonly planned: boolean;
  /** Not planned yet, and foreseen to be no more than one chunk: it is copied in one activity. Absent in histories that know of no such. */
  readonly small?: boolean;
  readonly estimatedRows: number;
  readonly chunks: number;
  readonly chunksDone: number;
  readonly rows: number;
  readonly bytes: number;
  readonly rejected: number;
  readonly adjusted: number;
  readonly failure: { readonly type: string; readonly message: string } | null;
}

export async function readOverview(client: pg.ClientBase, ref: RunRef): Promise<TableOverview[]> {
  const { rows } = await client.query<TableOverview>(
    `SELECT t.table_name AS "table", t.state, t.planned,
            NOT t.planned AND t.estimated_rows <= t.chunk_rows AS small, t.estimated_rows AS "estimatedRows", t.failure,
            (SELECT count(*) FROM identity_migration.chunks p WHERE p.run = t.run AND p.table_name = t.table_name) AS chunks, count(*) FILTER (WHERE c.state = 'done') AS "chunksDone",
            coalesce(sum(c.source_rows), 0)::float8 AS rows, coalesce(sum(c.bytes), 0)::float8 AS bytes,
            coalesce(sum(c.rejected), 0)::float8 AS rejected, coalesce(sum(c.adjusted), 0)::float8 AS adjusted
       FROM identity_migration.tables t LEFT JOIN identity_migration.chunks c ON c.run = t.run AND c.table_name = t.table_name AND NOT c.moved
      WHERE t.run = $1 GROUP BY t.run, t.table_name ORDER BY t.position`,
    [ref.run],
  );
  return rows;
}

export interface RunHead {
  readonly phase: Phase;
  /** Milliseconds since 1970, by the target's clock. */
  readonly startedAt: number;
  readonly options: RunOptions;
}

/** Throws RunInProgress where the run is another holder's by now. */
export async function readRunHead(client: pg.ClientBase, ref: RunRef): Promise<RunHead> {
  const { rows } = await client.query<RunHead>(
    `SELECT phase, (extract(epoch FROM started_at) * 1000)::float8 AS "startedAt", input AS options
       FROM identity_migration.runs WHERE run = $1 AND epoch = $2`,
    [ref.run, ref.epoch],
  );
  if (rows[0] === undefined) throw overtaken(ref);
  return rows[0];
}
