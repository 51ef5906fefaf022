import type pg from 'pg';

/** Every table of the schema, `schema_revisions` too, by name; none where there is no such schema. */
export async function tablesOf(client: pg.ClientBase, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    `SELECT relname AS "table" FROM pg_class
      WHERE relnamespace = to_regnamespace(quote_ident($1)) AND relkind IN ('r', 'p') ORDER BY relname COLLATE "C"`,
    [schema],
  );
  return rows.map((row) => row.table);
}
