import type pg from 'pg';
import { quoteTable } from '../sql/quote.ts';

/** A row of `schema_revisions`. */
export interface AppliedRevision {
  readonly revision: string;
  readonly name: string;
  readonly checksum: string;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
  readonly seconds: number;
}

/** What was applied, in order; null where the schema has no history. In the caller's transaction, whose time zone is UTC. */
export async function readHistory(client: pg.ClientBase, schema: string): Promise<readonly AppliedRevision[] | null> {
  const table = quoteTable(schema, 'schema_revisions');
  const found = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  if (found.rows[0]?.there !== true) return null;
  const { rows } = await client.query<AppliedRevision>(
    `SELECT revision, name, checksum, to_char(applied_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "appliedAt", seconds
       FROM ${table} ORDER BY revision COLLATE "C"`,
  );
  return rows;
}
