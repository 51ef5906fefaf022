import type pg from 'pg';
import { quoteIdentifier } from '../sql/quote.ts';

/** A privilege that somebody was given on the schema (`table` null) or one of its tables. */
export interface Grant {
  readonly table: string | null;
  /** `public` for everybody. */
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** What others than the owner may do on the schema and its tables. */
export async function readGrants(client: pg.ClientBase, schema: string): Promise<Grant[]> {
  const { rows } = await client.query<Grant>(
    `SELECT NULL AS "table", coalesce(r.rolname, 'public') AS grantee, a.privilege_type AS privilege, a.is_grantable AS grantable
       FROM pg_namespace n, aclexplode(n.nspacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
      WHERE n.nspname = $1 AND a.grantee <> n.nspowner
      UNION ALL
     SELECT c.relname, coalesce(r.rolname, 'public'), a.privilege_type, a.is_grantable
       FROM pg_class c, aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
      WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'p') AND a.grantee <> c.relowner`,
    [schema],
  );
  return rows;
}

/** Gives them again, in the caller's transaction: on tables that are there, to roles that are there. Returns how many. */
export async function giveGrants(client: pg.ClientBase, schema: string, grants: readonly Grant[]): Promise<number> {
  let given = 0;
  for (const { table, grantee, privilege, grantable } of grants) {
    const { rows } = await client.query<{ there: boolean }>(
      `SELECT ($1::text IS NULL OR to_regclass(quote_ident($2) || '.' || quote_ident($1)) IS NOT NULL)
          AND ($3 = 'public' OR EXISTS (SELECT FROM pg_roles WHERE rolname = $3)) AS there`,
      [table, schema, grantee],
    );
    if (rows[0]?.there !== true) continue;
    const object = table === null ? `SCHEMA ${quoteIdentifier(schema)}` : `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
    const to = grantee === 'public' ? 'PUBLIC' : quoteIdentifier(grantee);
    await client.query(`GRANT ${privilege} ON ${object} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`);
    given += 1;
  }
  return given;
}
