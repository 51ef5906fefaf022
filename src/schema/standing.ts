import type pg from 'pg';
import type { ConstrainStep } from '../sql/constrain.ts';

/** What the catalog holds under a step's name. */
export interface Standing {
  readonly constraint: { readonly definition: string; readonly valid: boolean } | null;
  /** `valid`: and ready, so that it is whole. */
  readonly index: { readonly table: string; readonly definition: string; readonly valid: boolean } | null;
  /** Of the step's column, where the step is a default. */
  readonly defaultExpression: string | null;
}

/** The search_path should be the one under which the definitions were read. */
export async function standing(client: pg.ClientBase, schema: string, { table, name }: ConstrainStep): Promise<Standing> {
  const { rows } = await client.query<Standing>(
    `SELECT (SELECT json_build_object('definition', pg_get_constraintdef(k.oid), 'valid', k.convalidated) FROM pg_constraint k
              WHERE k.conrelid = t.oid AND k.conname = $3) AS "constraint",
            (SELECT json_build_object('table', o.relname, 'definition', pg_get_indexdef(i.oid), 'valid', x.indisvalid AND x.indisready)
               FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid JOIN pg_class o ON o.oid = x.indrelid
              WHERE i.relnamespace = t.relnamespace AND i.relname = $3) AS "index",
            (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
              WHERE a.attrelid = t.oid AND a.attname = $3) AS "defaultExpression"
       FROM pg_class t WHERE t.relnamespace = to_regnamespace(quote_ident($1)) AND t.relname = $2`,
    [schema, table, name],
  );
  return rows[0] ?? { constraint: null, index: null, defaultExpression: null };
}
