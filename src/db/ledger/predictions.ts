import type pg from 'pg';

/** What preflight expects of a table: rows of its driving query, and what becomes of them. */
export const PREDICTION_KINDS = ['source', 'loaded', 'merged', 'rejected', 'adjusted'] as const;
export type PredictionKind = (typeof PREDICTION_KINDS)[number];

export interface Prediction {
  readonly table: string;
  readonly kind: PredictionKind;
  /** Empty for the table's total; else the reason, as in `rejects` and `adjustments`. */
  readonly reason: string;
  readonly rows: number;
  /** False where an unchanged source may still give another count. */
  readonly exact: boolean;
}

/** Keeps what preflight predicted, once: a run that is resumed keeps the predictions it began with. In the caller's transaction. */
export async function insertPredictions(client: pg.ClientBase, run: string, predictions: readonly Prediction[]): Promise<void> {
  await client.query(
    `INSERT INTO identity_migration.predictions (run, table_name, kind, reason, rows, exact)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::boolean[])`,
    [
      run,
      predictions.map(({ table }) => table),
      predictions.map(({ kind }) => kind),
      predictions.map(({ reason }) => reason),
      predictions.map(({ rows }) => rows),
      predictions.map(({ exact }) => exact),
    ],
  );
}

/** What a run's preflight predicted, by table, kind and reason; nothing where it predicted nothing, or the ledger is older than predictions. */
export async function readPredictions(client: pg.ClientBase, run: string): Promise<Prediction[]> {
  const known = await client.query<{ known: boolean }>("SELECT to_regclass('identity_migration.predictions') IS NOT NULL AS known");
  if (known.rows[0]?.known !== true) return [];
  const { rows } = await client.query<Prediction>(
    `SELECT table_name AS "table", kind, reason, rows::float8 AS rows, exact FROM identity_migration.predictions
      WHERE run = $1 ORDER BY table_name, kind, reason`,
    [run],
  );
  return rows;
}
