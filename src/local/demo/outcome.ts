import pg from 'pg';

/** How many rows of a target table a reason touched. */
export interface ReasonCount {
  readonly table: string;
  readonly reason: string;
  readonly rows: number;
}

export interface TableOutcome {
  readonly table: string;
  readonly source: number;
  readonly loaded: number;
  readonly merged: number;
  readonly rejected: number;
  readonly adjusted: number;
  /** Rows that the target's table holds now. */
  readonly present: number;
  /** Its rows in `rejects`, and the sum of `rows` in `adjustments`. */
  readonly rejects: number;
  readonly adjustments: number;
}

export interface Outcome {
  readonly tables: readonly TableOutcome[];
  /** Rejected and adjusted rows; `exact_duplicate` stands for merged ones. */
  readonly reasons: readonly ReasonCount[];
}

const LAST_RUN = '(SELECT run FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1)';

const TABLES = `
  SELECT table_name AS "table", source_rows::float8 AS source, loaded::float8, merged::float8, rejected::float8, adjusted::float8,
         (SELECT count(*) FROM identity_migration.rejects r
           WHERE r.run = t.run AND r.table_name = t.table_name AND r.replayed_at IS NULL)::float8 AS rejects,
         (SELECT coalesce(sum(rows), 0) FROM identity_migration.adjustments a
           WHERE a.run = t.run AND a.table_name = t.table_name)::float8 AS adjustments
    FROM identity_migration.tables t WHERE run = ${LAST_RUN} ORDER BY table_name`;

const REASONS = `
  SELECT table_name AS "table", reason, count(*)::float8 AS rows FROM identity_migration.rejects
   WHERE run = ${LAST_RUN} AND replayed_at IS NULL GROUP BY 1, 2
  UNION ALL
  SELECT table_name, reason, sum(rows)::float8 FROM identity_migration.adjustments WHERE run = ${LAST_RUN} GROUP BY 1, 2
  UNION ALL
  SELECT table_name, 'exact_duplicate', merged::float8 FROM identity_migration.tables WHERE run = ${LAST_RUN} AND merged > 0`;

/** What the last run left in the target, read from its ledger and its tables. */
export async function readOutcome(targetUrl: string): Promise<Outcome> {
  const client = new pg.Client({ connectionString: targetUrl });
  await client.connect();
  try {
    const reasons = await client.query<ReasonCount>(REASONS);
    const ledger = await client.query<Omit<TableOutcome, 'present'>>(TABLES);
    const tables: TableOutcome[] = [];
    for (const row of ledger.rows) {
      const { rows } = await client.query<{ n: number }>(`SELECT count(*)::float8 AS n FROM identity.${pg.escapeIdentifier(row.table)}`);
      tables.push({ ...row, present: rows[0]?.n ?? -1 });
    }
    return { tables, reasons: reasons.rows };
  } finally {
    await client.end();
  }
}
