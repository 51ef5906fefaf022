import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import type { Definition } from '../sql/definition.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { indexedColumns } from './indexed-columns.ts';
import { TARGET_SCHEMA } from './engine.ts';
import { buildUnique } from './unique-index.ts';

/**
 * In the caller's transaction: whether no two rows of a table share these columns, by the word of the table's own key on them, whose index
 * is built here if it does not stand yet. Constrain needs it anyway and finds it: the rows are sorted once, not twice. Where duplicates were
 * foreseen, or there is no such key, it says no without a try.
 */
export async function isUniqueByIndex(client: pg.ClientBase, ref: RunRef, table: string, columns: readonly string[]): Promise<boolean> {
  const { rows } = await client.query<{ definitions: Definition[] | null; foreseen: boolean }>(
    `SELECT definitions, EXISTS (SELECT FROM identity_migration.predictions
              WHERE run = $1 AND table_name = $2 AND kind = 'rejected' AND reason = 'duplicate_key' AND rows > 0) AS foreseen
       FROM identity_migration.runs WHERE run = $1`,
    [ref.run, table],
  );
  const { definitions, foreseen } = rows[0] ?? { definitions: [], foreseen: false };
  const key = definitions?.find(
    (one) =>
      one.table === table &&
      one.index !== null &&
      !one.index.includes('NULLS NOT DISTINCT') &&
      indexedColumns(one.index).toSorted().join() === columns.toSorted().join(),
  );
  if (key === undefined || foreseen) return false;
  await client.query(`SET LOCAL search_path = ${quoteIdentifier(TARGET_SCHEMA)}, pg_catalog`);
  const unique = await buildUnique(client, key);
  await client.query('SET LOCAL search_path = pg_catalog');
  return unique;
}
