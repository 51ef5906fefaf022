import type pg from 'pg';

export interface CatalogColumn {
  readonly name: string;
  /** As `format_type` spells it: `character varying(255)`. */
  readonly type: string;
  readonly collation: string | null;
  readonly nullable: boolean;
  /** The expression of a default. */
  readonly default: string | null;
  /** The expression of a STORED column. */
  readonly generated: string | null;
  readonly identity: 'always' | 'by default' | null;
}

export interface CatalogConstraint {
  readonly name: string;
  readonly kind: 'primary_key' | 'unique' | 'foreign_key' | 'check' | 'exclusion';
  readonly definition: string;
  readonly valid: boolean;
}

export interface CatalogIndex {
  readonly name: string;
  readonly definition: string;
  /** Valid and ready: false for what a failed CREATE INDEX CONCURRENTLY left. */
  readonly valid: boolean;
}

export interface CatalogTable {
  readonly table: string;
  /** In the table's own order. */
  readonly columns: readonly CatalogColumn[];
  /** By name, as the indexes; those of keys are among the indexes too. */
  readonly constraints: readonly CatalogConstraint[];
  readonly indexes: readonly CatalogIndex[];
}

const TABLES = `SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident($1)) AND relkind IN ('r', 'p')`;

const COLUMNS = `
  SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
         CASE WHEN a.attcollation <> t.typcollation THEN l.collname END AS collation, NOT a.attnotnull AS nullable,
         CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
         CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS generated,
         CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum LEFT JOIN pg_collation l ON l.oid = a.attcollation
   WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
   ORDER BY a.attnum`;

const CONSTRAINTS = `
  SELECT c.relname AS "table", k.conname AS name, pg_get_constraintdef(k.oid) AS definition, k.convalidated AS valid,
         CASE k.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign_key' WHEN 'c' THEN 'check'
                        ELSE 'exclusion' END AS kind
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
   WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND k.contype IN ('p', 'u', 'f', 'c', 'x') ORDER BY k.conname COLLATE "C"`;

// The pretty form leaves the schema's name out, so that two schemas can be compared.
const INDEXES = `
  SELECT c.relname AS "table", i.relname AS name, pg_get_indexdef(x.indexrelid, 0, true) AS definition, x.indisvalid AND x.indisready AS valid
    FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
   WHERE c.relnamespace = to_regnamespace(quote_ident($1)) ORDER BY i.relname COLLATE "C"`;

type InTable<T> = T & { readonly table: string };

/**
 * What the schema's tables are, `schema_revisions` apart, by name: JSON, without object ids and without the schema's own name, so that
 * two schemas of one structure give equal catalogs. In the caller's transaction.
 */
export async function readCatalog(client: pg.ClientBase, schema: string): Promise<CatalogTable[]> {
  const path = await client.query<{ path: string }>(`SELECT current_setting('search_path') AS path`);
  await client.query(`SELECT set_config('search_path', quote_ident($1) || ', pg_catalog', true)`, [schema]);
  const tables = await client.query<{ relname: string }>(`${TABLES} AND relname <> 'schema_revisions' ORDER BY relname COLLATE "C"`, [
    schema,
  ]);
  const columns = await client.query<InTable<CatalogColumn>>(COLUMNS, [schema]);
  const constraints = await client.query<InTable<CatalogConstraint>>(CONSTRAINTS, [schema]);
  const indexes = await client.query<InTable<CatalogIndex>>(INDEXES, [schema]);
  await client.query(`SELECT set_config('search_path', $1, true)`, [path.rows[0]!.path]);
  return tables.rows.map(({ relname }) => ({
    table: relname,
    columns: of(relname, columns.rows),
    constraints: of(relname, constraints.rows),
    indexes: of(relname, indexes.rows),
  }));
}

function of<T>(table: string, rows: readonly InTable<T>[]): Omit<InTable<T>, 'table'>[] {
  return rows.filter((row) => row.table === table).map(({ table: _table, ...rest }) => rest);
}
