import type pg from 'pg';
import type { TablePlan } from '../../plan/types.ts';
import { hasKey, namingColumns, type Stage } from '../../sql/proof/hashed-rows.ts';
import { ledgerKeyTexts, ledgerRowText } from '../../sql/proof/key-text.ts';
import { keyId, textOf } from './side.ts';

/** How many rows of each name are rejected and were not replayed: those of one chunk, or all of the table where it is null. */
export async function rejectedNames(
  client: pg.ClientBase,
  run: string,
  table: TablePlan,
  chunk: number | null,
  stage: Stage,
): Promise<Map<string, number>> {
  const names = hasKey(table, stage)
    ? ledgerKeyTexts(table).map((column) => column.text)
    : namingColumns(table, stage).map((column) => ledgerRowText(column.name));
  const list = names.map((sql, index) => `${sql} AS k${index}`).join(', ');
  const { rows } = await client.query<Record<string, unknown>>(
    `SELECT ${list}, count(*) AS n FROM identity_migration.rejects
      WHERE run = $1 AND table_name = $2 AND replayed_at IS NULL AND ($3::integer IS NULL OR chunk = $3)
      GROUP BY ${names.map((_sql, index) => index + 1).join(', ')}`,
    [run, table.table, chunk],
  );
  return new Map(rows.map((row) => [keyId(names.map((_sql, index) => textOf(row[`k${index}`]))), Number(row['n'])]));
}
