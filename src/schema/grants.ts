import type pg from 'pg';
import { quoteIdentifier, quoteTable } from '../sql/quote.ts';

/** A privilege that somebody was given on the schema (`table` null), on one of its tables or sequences, or on a column. */
export interface Grant {
  readonly table: string | null;
  readonly column: string | null;
  readonly sequence: boolean;
  /** `public` for everybody. */
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** What others than the owner may do on the schema, its tables, their columns and their sequences. */
export async function readGrants(client: pg.ClientBase, schema: string): Promise<Grant[]> {
  const { rows } = await client.query<Grant>(
    `WITH given AS (
       SELECT NULL::name AS "table", NULL::name AS "column", false AS sequence, nspowner AS owner, (aclexplode(nspacl)).*
         FROM pg_namespace WHERE nspname = $1
        UNION ALL
       SELECT relname, NULL, relkind = 'S', relowner, (aclexplode(relacl)).*
         FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident($1)) AND relkind IN ('r', 'p', 'S')
        UNION ALL
       SELECT relname, attname, false, relowner, (aclexplode(attacl)).*
         FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND NOT attisdropped
        WHERE relnamespace = to_regnamespace(quote_ident($1)) AND relkind IN ('r', 'p'))
     SELECT "table", "column", sequence, coalesce(r.rolname, 'public') AS grantee, privilege_type AS privilege, is_grantable AS grantable
       FROM given LEFT JOIN pg_roles r ON r.oid = given.grantee
      WHERE given.grantee <> given.owner ORDER BY 1 NULLS FIRST, 2 NULLS FIRST, 4, 5`,
    [schema],
  );
  return rows;
}

/** Gives them again, in the caller's transaction: on what is there, to roles that are there. Returns how many. */
export async function giveGrants(client: pg.ClientBase, schema: string, grants: readonly Grant[]): Promise<number> {
  let given = 0;
  for (const { table, column, sequence, grantee, privilege, grantable } of grants) {
    const { rows } = await client.query<{ there: boolean }>(
      `SELECT ($1::text IS NULL OR to_regclass(quote_ident($2) || '.' || quote_ident($1)) IS NOT NULL)
          AND ($3::text IS NULL OR EXISTS (
            SELECT FROM pg_attribute WHERE attrelid = to_regclass(quote_ident($2) || '.' || quote_ident($1)) AND attname = $3 AND NOT attisdropped))
          AND ($4 = 'public' OR EXISTS (SELECT FROM pg_roles WHERE rolname = $4)) AS there`,
      [table, schema, column, grantee],
    );
    if (rows[0]?.there !== true) continue;
    const what = `${privilege}${column === null ? '' : ` (${quoteIdentifier(column)})`}`;
    const object = table === null ? `SCHEMA ${quoteIdentifier(schema)}` : `${sequence ? 'SEQUENCE' : 'TABLE'} ${quoteTable(schema, table)}`;
    const to = grantee === 'public' ? 'PUBLIC' : quoteIdentifier(grantee);
    await client.query(`GRANT ${what} ON ${object} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`);
    given += 1;
  }
  return given;
}
