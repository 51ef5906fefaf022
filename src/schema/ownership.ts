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

/**
 * A column's value such that two different ones have different hashes, as far as 64 bits can tell: PostgreSQL's own hashes of 8-byte
 * numbers fold them to 32 bits, those of numeric and of texts of some collations take 1.0 and 1.00, a and A for equal.
 */
const HASHED = `format(CASE atttypid
  WHEN 'bigint'::regtype THEN 'int8send(t.%I)' WHEN 'timestamp'::regtype THEN 'timestamp_send(t.%I)'
  WHEN 'timestamptz'::regtype THEN 'timestamptz_send(t.%I)' WHEN 'text'::regtype THEN 't.%I COLLATE "C"'
  WHEN 'boolean'::regtype THEN 't.%I' WHEN 'smallint'::regtype THEN 't.%I' WHEN 'integer'::regtype THEN 't.%I' WHEN 'date'::regtype THEN 't.%I'
  ELSE 't.%I::text COLLATE "C"' END, attname)`;

/**
 * In one reading of the table. A row's hash, made of its columns', takes half the time of its text's. It is the sum of theirs, each times a
 * power of 31, so that sums of it would not see two rows exchange a value: it is hashed once more. Settings that bear on the text of other
 * types are the transaction's.
 */
export async function tableFingerprint(client: pg.ClientBase, schema: string, table: string): Promise<TableFingerprint> {
  const values = await client.query<{ list: string }>(
    `SELECT coalesce(string_agg(${HASHED}, ', ' ORDER BY attnum), '') AS list
       FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [quoteTable(schema, table)],
  );
  const { rows } = await client.query<{ rows: string; checksum: string }>(
    `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(hash_record_extended(ROW(${values.rows[0]!.list}), 0)::text, 0)), 0)::text
         AS checksum
       FROM ${quoteTable(schema, table)} t`,
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
