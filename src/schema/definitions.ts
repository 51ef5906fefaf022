import type pg from 'pg';
import type { Definition } from '../sql/definition.ts';

/**
 * Every key, foreign key, index and default of `now()` of the schema but `schema_revisions`'. Such a default would stamp legacy rows that
 * have no date with the time of the load, another one on each attempt.
 * The search_path should be the schema alone.
 */
export async function readDefinitions(client: pg.ClientBase, schema: string): Promise<Definition[]> {
  const { rows } = await client.query<Definition>(
    `SELECT t.relname AS "table", k.conname AS name,
            CASE k.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' ELSE 'foreign_key' END AS kind,
            pg_get_constraintdef(k.oid) AS definition, CASE WHEN k.contype IN ('p', 'u') THEN pg_get_indexdef(k.conindid) END AS "index",
            p.relname AS parent
       FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid LEFT JOIN pg_class p ON p.oid = k.confrelid
      WHERE t.relnamespace = to_regnamespace(quote_ident($1)) AND k.contype IN ('p', 'u', 'f') AND t.relname <> 'schema_revisions'
      UNION ALL
     SELECT t.relname, i.relname, CASE WHEN x.indisunique THEN 'unique_index' ELSE 'index' END, pg_get_indexdef(x.indexrelid), NULL, NULL
       FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
      WHERE t.relnamespace = to_regnamespace(quote_ident($1)) AND t.relname <> 'schema_revisions'
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u'))
      UNION ALL
     SELECT t.relname, a.attname, 'default', pg_get_expr(d.adbin, d.adrelid), NULL, NULL
       FROM pg_attrdef d JOIN pg_class t ON t.oid = d.adrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.adnum
      WHERE t.relnamespace = to_regnamespace(quote_ident($1)) AND t.relname <> 'schema_revisions' AND a.attgenerated = ''
        AND pg_get_expr(d.adbin, d.adrelid) = 'now()'
      ORDER BY 1, 3, 2`,
    [schema],
  );
  return rows;
}
