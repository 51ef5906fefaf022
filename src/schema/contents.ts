import type pg from 'pg';
import { transaction } from '../db/postgres/transaction.ts';
import { quoteTable } from '../sql/quote.ts';
import { readHistory } from './history.ts';
import { tablesOf } from './tables-of.ts';

/** What a schema holds now. */
export interface SchemaContents {
  /** The newest applied revision; null for none. */
  readonly revision: string | null;
  /** Every table but `schema_revisions`. */
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
}

/** Null where there is no such schema. Counts every row. */
export function readSchemaContents(client: pg.ClientBase, schema: string): Promise<SchemaContents | null> {
  return transaction(client, { readOnly: true, isolation: 'REPEATABLE READ' }, async () => {
    const there = await client.query<{ there: boolean }>('SELECT to_regnamespace(quote_ident($1)) IS NOT NULL AS there', [schema]);
    if (there.rows[0]?.there !== true) return null;
    const tables: { table: string; rows: number }[] = [];
    for (const table of (await tablesOf(client, schema)).filter((name) => name !== 'schema_revisions')) {
      const { rows } = await client.query<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ${quoteTable(schema, table)}`);
      tables.push({ table, rows: rows[0]!.rows });
    }
    return { revision: (await readHistory(client, schema))?.at(-1)?.revision ?? null, tables };
  });
}
