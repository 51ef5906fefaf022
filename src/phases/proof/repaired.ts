import type pg from 'pg';
import type { Findings } from './difference.ts';

/**
 * Column → values of which the worker replaced bytes that are no UTF-8, as the ledger counts them: of one chunk, or of the table where
 * it is null. The source's SQL cannot say what became of these.
 */
export async function repairedColumns(
  client: pg.ClientBase,
  run: string,
  table: string,
  chunk: number | null,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ column: string; rows: number }>(
    `SELECT column_name AS "column", sum(rows)::float8 AS rows FROM identity_migration.adjustments
      WHERE run = $1 AND table_name = $2 AND reason = 'undecodable' AND ($3::integer IS NULL OR chunk = $3) GROUP BY 1`,
    [run, table, chunk],
  );
  return new Map(rows.map(({ column, rows: count }) => [column, count]));
}

/** Without the rows that differ in repaired columns only, as long as these are no more than were repaired. */
export function withoutRepaired(findings: Findings, repaired: ReadonlyMap<string, number>): Findings {
  const left = new Map(repaired);
  const differences = findings.differences.filter(({ kind, columns }) => {
    if (kind !== 'differs' || !columns.every((column) => (left.get(column) ?? 0) > 0)) return true;
    for (const column of columns) left.set(column, left.get(column)! - 1);
    return false;
  });
  return { rows: findings.rows - (findings.differences.length - differences.length), differences };
}
