import type pg from 'pg';
import type { Definition } from '../sql/definition.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { readDefinitions } from './definitions.ts';
import type { Revision } from './revisions.ts';
import { CREATE_SCHEMA_REVISIONS, recordRevision } from './schema-revisions-table.ts';

export interface BareSchema {
  readonly schema: string;
  readonly revisions: readonly Revision[];
  readonly carry: readonly { readonly table: string; readonly column: string; readonly type: string }[];
}

/**
 * In the caller's transaction: creates the schema from its revisions, saves the definition of every key, foreign key and index, and
 * takes them off, so that the bulk load meets types, defaults, NOT NULL and CHECK only. Adds the carry columns.
 */
export async function createBare(client: pg.ClientBase, { schema, revisions, carry }: BareSchema): Promise<Definition[]> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
  await client.query(`SET LOCAL search_path = ${quoteIdentifier(schema)}, pg_catalog`);
  await client.query(CREATE_SCHEMA_REVISIONS);
  for (const revision of revisions) {
    const started = Date.now();
    await client.query(revision.transactional ? revision.up : revision.up.replace(/\bCONCURRENTLY\b/gi, ''));
    await recordRevision(client, revision, (Date.now() - started) / 1000);
  }
  const definitions = await readDefinitions(client, schema);
  for (const { table, name } of definitions.filter((definition) => definition.kind === 'foreign_key')) {
    await client.query(`ALTER TABLE ${quoteIdentifier(table)} DROP CONSTRAINT ${quoteIdentifier(name)}`);
  }
  for (const { table, name, kind } of definitions) {
    if (kind === 'primary_key' || kind === 'unique')
      await client.query(`ALTER TABLE ${quoteIdentifier(table)} DROP CONSTRAINT ${quoteIdentifier(name)}`);
    if (kind === 'default') await client.query(`ALTER TABLE ${quoteIdentifier(table)} ALTER COLUMN ${quoteIdentifier(name)} DROP DEFAULT`);
    if (kind === 'index' || kind === 'unique_index') await client.query(`DROP INDEX ${quoteIdentifier(name)}`);
  }
  // A primary key leaves its columns NOT NULL behind when it is dropped, which is what the load wants.
  for (const { table, column, type } of carry) {
    await client.query(`ALTER TABLE ${quoteIdentifier(table)} ADD COLUMN ${quoteIdentifier(column)} ${type}`);
  }
  await client.query('SET LOCAL search_path = pg_catalog');
  return definitions;
}
