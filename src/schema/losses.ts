import type pg from 'pg';
import { rolledBack } from '../db/postgres/transaction.ts';
import { quoteTable } from '../sql/quote.ts';
import type { CatalogTable } from './catalog.ts';
import { readHistory } from './history.ts';
import type { Step } from './plan-change.ts';
import type { Revision } from './revisions.ts';
import { scratchCatalog } from './scratch.ts';
import { tablesOf } from './tables-of.ts';

/** What a rollback takes away. */
export interface Loss {
  readonly table: string;
  /** Null: the whole table. */
  readonly columns: readonly string[] | null;
  /** Rows that are in the table now. */
  readonly rows: number;
}

/** The tables and columns that the steps down take away, by what the revisions make, and the rows that are in them. Leaves nothing behind. */
export function findLosses(client: pg.ClientBase, schema: string, revisions: readonly Revision[], steps: readonly Step[]): Promise<Loss[]> {
  return rolledBack(client, { isolation: 'REPEATABLE READ' }, async () => {
    const history = (await readHistory(client, schema)) ?? [];
    const applied = revisions.filter(({ revision }) => history.some((row) => row.revision === revision));
    const staying = applied.filter((revision) => !steps.some((step) => step.revision === revision));
    const before = await scratchCatalog(client, applied);
    const lost = lostBetween(before, await scratchCatalog(client, staying));
    const there = await tablesOf(client, schema);
    const losses: Loss[] = [];
    for (const { table, columns } of lost.filter((one) => there.includes(one.table))) {
      const { rows } = await client.query<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ${quoteTable(schema, table)}`);
      losses.push({ table, columns, rows: rows[0]!.rows });
    }
    return losses;
  });
}

/** Tables and columns of the first catalog that the second lacks. */
export function lostBetween(before: readonly CatalogTable[], after: readonly CatalogTable[]): Omit<Loss, 'rows'>[] {
  return before.flatMap(({ table, columns }): Omit<Loss, 'rows'>[] => {
    const same = after.find((one) => one.table === table);
    if (same === undefined) return [{ table, columns: null }];
    const gone = columns.map(({ name }) => name).filter((name) => !same.columns.some((column) => column.name === name));
    return gone.length === 0 ? [] : [{ table, columns: gone }];
  });
}
