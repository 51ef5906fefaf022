import type pg from 'pg';
import { PLAN, tablePlan } from '../../plan/plan.ts';
import { namingColumns } from '../../sql/proof/hashed-rows.ts';

/** Which of a run's notes: of one target table, or for one reason. */
export interface NoteFilter {
  readonly run: string;
  readonly table: string | null;
  readonly reason: string | null;
}

/** What names a source row: its key's columns, by the source's names, as text; where it has no key, its ids. Never a value. */
export type ShownKey = Readonly<Record<string, string | null>>;

export interface RejectNote {
  readonly table: string;
  readonly source: string;
  readonly sourceTable: string;
  readonly key: ShownKey;
  readonly reason: string;
  /** The missing parent and its id, the column and SQLSTATE, or the key of the row that was kept. */
  readonly detail: string | null;
  /** ISO 8601, UTC. */
  readonly rejectedAt: string;
}

export interface AdjustmentNote {
  readonly table: string;
  readonly column: string | null;
  readonly reason: string;
  /** Null where rows were counted by chunk, not named. */
  readonly key: ShownKey | null;
  /** Id of the row that kept the handle, name or address; null for other reasons. */
  readonly keptBy: string | null;
  /** What else is said: the missing parent and its id, the side source. */
  readonly detail: string | null;
  readonly rows: number;
}

/** A key as text, so that no number loses a digit on its way. */
const KEY = `(SELECT json_object_agg(k, v) FROM json_each_text(x.source_key) AS e(k, v))`;

/** The rows kept out that were not replayed since, tables in the run's order. Throws SchemaMismatch for a table that the plan does not know. */
export async function readRejects(client: pg.ClientBase, filter: NoteFilter): Promise<RejectNote[]> {
  checkTable(filter);
  const { rows } = await client.query<RejectNote>(
    `SELECT x.table_name AS "table", x.source, x.source_table AS "sourceTable", ${KEY} AS key, x.reason, x.detail,
            to_char(x.rejected_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "rejectedAt"
       FROM identity_migration.rejects x LEFT JOIN identity_migration.tables t USING (run, table_name)
      WHERE x.run = $1 AND x.replayed_at IS NULL AND ($2::text IS NULL OR x.table_name = $2) AND ($3::text IS NULL OR x.reason = $3)
      ORDER BY t.position, x.reason, x.source_key::text COLLATE "C"`,
    [filter.run, filter.table, filter.reason],
  );
  return rows.map((row) => ({ ...row, key: shownKey(row.table, row.key) }));
}

/** The rows that were changed to fit: each one by name where the rule names it, else their number by table, column and reason. */
export async function readAdjustments(client: pg.ClientBase, filter: NoteFilter): Promise<AdjustmentNote[]> {
  checkTable(filter);
  const { rows } = await client.query<AdjustmentNote>(
    `SELECT x.table_name AS "table", x.column_name AS "column", x.reason, ${KEY}::jsonb AS key,
            substring(x.detail FROM '^kept by (.*)$') AS "keptBy",
            CASE WHEN x.detail NOT LIKE 'kept by %' THEN x.detail END AS detail, sum(x.rows)::float8 AS rows
       FROM identity_migration.adjustments x LEFT JOIN identity_migration.tables t USING (run, table_name)
      WHERE x.run = $1 AND ($2::text IS NULL OR x.table_name = $2) AND ($3::text IS NULL OR x.reason = $3)
      GROUP BY t.position, 1, 2, 3, 4, 5, 6
      ORDER BY t.position, x.table_name, x.reason, x.column_name, 4`,
    [filter.run, filter.table, filter.reason],
  );
  return rows.map((row) => ({ ...row, key: row.key === null ? null : shownKey(row.table, row.key) }));
}

function checkTable({ table }: NoteFilter): void {
  if (table !== null) tablePlan(table);
}

/** Of a table without a key the ledger holds all that is not secret: of that, the ids alone are shown. */
function shownKey(table: string, key: ShownKey): ShownKey {
  const plan = PLAN.find((candidate) => candidate.table === table);
  // A table of another version of the plan: which of its columns are a key is not known.
  if (plan === undefined) return {};
  if (plan.key.length > 0) return key;
  return Object.fromEntries(namingColumns(plan, 'loaded').map(({ name }) => [name, key[name] ?? null]));
}
