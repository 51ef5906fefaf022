import type pg from 'pg';
import { quoteTable } from '../sql/quote.ts';
import { tablesOf } from './tables-of.ts';

/** A table's content in two figures: any change of a row changes the checksum, the order of rows does not. */
export interface TableFingerprint {
  readonly table: string;
  readonly rows: number;
  readonly checksum: string;
}
export type SchemaFingerprint = readonly TableFingerprint[];

/** Settings that bear on a row's text (time zone, date style) are the transaction's. */
export async function tableFingerprint(client: pg.ClientBase, schema: string, table: string): Promise<TableFingerprint> {
  const { rows } = await client.query<{ rows: string; checksum: string }>(
    `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS checksum FROM ${quoteTable(schema, table)} t`,
  );
  return { table, rows: Number(rows[0]!.rows), checksum: rows[0]!.checksum };
}

export async function schemaExists(client: pg.ClientBase, schema: string): Promise<boolean> {
  const found = await client.query<{ there: boolean }>('SELECT to_regnamespace(quote_ident($1)) IS NOT NULL AS there', [schema]);
  return found.rows[0]?.there === true;
}

/** Every table of the schema but `schema_revisions`; null where there is no such schema. */
export async function fingerprintSchema(client: pg.ClientBase, schema: string): Promise<SchemaFingerprint | null> {
  if (!(await schemaExists(client, schema))) return null;
  const fingerprints: TableFingerprint[] = [];
  for (const table of await tablesOf(client, schema)) {
    if (table !== 'schema_revisions') fingerprints.push(await tableFingerprint(client, schema, table));
  }
  return fingerprints;
}

/** The schema carries our history table, so this tool made it. Needs no permission on the schema. */
export async function isMarkedOurs(client: pg.ClientBase, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ columns: number }>(
    `SELECT count(*)::int AS columns
       FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
      WHERE nspname = $1 AND relname = 'schema_revisions' AND attnum > 0 AND NOT attisdropped
        AND attname IN ('revision', 'name', 'checksum', 'applied_at', 'seconds')`,
    [schema],
  );
  return rows[0]?.columns === 5;
}

/** What is in the schema and is no table of `known`, nor hangs on one: `view v`, `function f`, `table t`, … Needs no permission on it. */
export async function foreignObjects(client: pg.ClientBase, schema: string, known: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ object: string }>(
    `SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence ' WHEN 'f' THEN 'foreign table '
                           WHEN 'c' THEN 'type ' ELSE 'table ' END || c.relname AS object
       FROM pg_class c
      WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
        AND NOT (c.relkind IN ('r', 'p') AND (c.relname = ANY($2) OR c.relname = 'schema_revisions'))
        AND NOT (c.relkind = 'S' AND EXISTS (
          SELECT FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid
           WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('i', 'a') AND d.refclassid = 'pg_class'::regclass
             AND t.relnamespace = c.relnamespace))
      UNION ALL
     SELECT CASE prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END || proname FROM pg_proc
      WHERE pronamespace = to_regnamespace(quote_ident($1))
      UNION ALL
     SELECT 'type ' || typname FROM pg_type
      WHERE typnamespace = to_regnamespace(quote_ident($1)) AND typtype IN ('e', 'd', 'r') ORDER BY 1`,
    [schema, known],
  );
  return rows.map((row) => row.object);
}
