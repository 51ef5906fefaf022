import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { quoteIdentifier } from '../sql/quote.ts';
import { readCatalog, type CatalogTable } from './catalog.ts';
import type { Revision } from './revisions.ts';
import { insideTransaction } from './revision-sql.ts';

/** What these revisions make, tried in a schema of its own. The caller's transaction must be one that is rolled back. */
export async function scratchCatalog(client: pg.ClientBase, revisions: readonly Revision[]): Promise<CatalogTable[]> {
  const schema = `identity_scratch_${randomBytes(6).toString('hex')}`;
  await client.query(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
  await client.query(`SET LOCAL search_path = ${quoteIdentifier(schema)}, pg_catalog`);
  for (const { up } of revisions) await client.query(insideTransaction(up));
  return readCatalog(client, schema);
}
