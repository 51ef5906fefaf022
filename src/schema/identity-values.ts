import type pg from 'pg';
import { quoteIdentifier, quoteTable } from '../sql/quote.ts';

export interface IdentityColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** The next value lies above this one at least. */
  readonly floor: number;
}

/** Sets the column's next value above its highest value and the floor. Returns the next value. */
export async function setIdentityValue(client: pg.ClientBase, { schema, table, column, floor }: IdentityColumn): Promise<number> {
  const { rows } = await client.query<{ next: string | number }>(
    `SELECT setval(pg_get_serial_sequence(format('%I.%I', $1::text, $2::text), $3), greatest(highest, $4::bigint) + 1, false) AS next
       FROM (SELECT coalesce(max(${quoteIdentifier(column)}), 0) AS highest FROM ${quoteTable(schema, table)}) taken`,
    [schema, table, column, floor],
  );
  return Number(rows[0]!.next);
}

/** Every identity column of the schema. */
export async function identityColumns(client: pg.ClientBase, schema: string): Promise<{ table: string; column: string }[]> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT c.relname AS "table", a.attname AS "column" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind = 'r' AND a.attidentity <> '' ORDER BY 1, 2`,
    [schema],
  );
  return rows;
}
