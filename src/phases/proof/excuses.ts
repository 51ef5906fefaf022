import type pg from 'pg';
import type { TablePlan } from '../../plan/types.ts';
import { ledgerKeyRange, ledgerKeyTexts } from '../../sql/proof/key-text.ts';
import type { KeyBounds } from '../../sql/range.ts';
import { keyId, textOf } from './side.ts';

/** Why a source row is not in the finished table as it is in the source, as the ledger has it. */
export interface Excuse {
  readonly key: readonly (string | null)[];
  /** How many rows of this key are rejected and were not replayed. */
  readonly rejected: number;
  /** Column → reason, of what a rule changed. */
  readonly adjusted: Readonly<Record<string, string>>;
}

/** The rows of a chunk that were rejected or adjusted by name. The table's driving key tells them apart. */
export async function excusesOf(
  client: pg.ClientBase,
  run: string,
  table: TablePlan,
  bounds: KeyBounds,
): Promise<ReadonlyMap<string, Excuse>> {
  const keys = ledgerKeyTexts(table);
  const list = keys.map((column, index) => `${column.text} AS k${index}`).join(', ');
  const { rows } = await client.query<Record<string, unknown>>(
    `SELECT * FROM (
       SELECT ${list}, 'rejected' AS what, NULL AS column_name, NULL AS reason, source_key FROM identity_migration.rejects
        WHERE run = $1 AND table_name = $2 AND replayed_at IS NULL
        UNION ALL
       SELECT ${list}, 'adjusted', column_name, reason, source_key FROM identity_migration.adjustments
        WHERE run = $1 AND table_name = $2 AND source_key IS NOT NULL
     ) noted WHERE ${ledgerKeyRange(table, bounds)}`,
    [run, table.table],
  );
  const excuses = new Map<string, Excuse>();
  for (const row of rows) {
    const key = keys.map((_column, index) => textOf(row[`k${index}`]));
    const { rejected, adjusted } = excuses.get(keyId(key)) ?? { rejected: 0, adjusted: {} };
    const more = row['what'] === 'rejected' ? {} : { [textOf(row['column_name'])!]: textOf(row['reason'])! };
    excuses.set(keyId(key), { key, rejected: rejected + (row['what'] === 'rejected' ? 1 : 0), adjusted: { ...adjusted, ...more } });
  }
  return excuses;
}
