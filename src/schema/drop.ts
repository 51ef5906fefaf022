import type pg from 'pg';
import { MigrationError } from '../failures.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { fingerprintSchema, type SchemaFingerprint } from './ownership.ts';

const LOCK_MODE = 'ACCESS EXCLUSIVE';
/** Somebody else's object depends on what would be dropped. */
const DEPENDENT = '2BP01';

/**
 * In the caller's transaction: takes the exclusive lock, compares every table's count and checksum with what was saved, and drops them
 * in one statement, RESTRICT. Throws NotOurSchema, naming what was written or what hangs on them.
 */
export async function dropOwned(
  client: pg.ClientBase,
  { schema, tables }: { readonly schema: string; readonly tables: SchemaFingerprint },
): Promise<void> {
  if (tables.length > 0) await client.query(`LOCK TABLE ${namesOf(schema, tables)} IN ${LOCK_MODE} MODE`);
  const now = await fingerprintSchema(client, schema);
  const changed = (now ?? []).filter(
    ({ table, rows, checksum }) => !tables.some((saved) => saved.table === table && saved.rows === rows && saved.checksum === checksum),
  );
  if (changed.length > 0) {
    throw new MigrationError('NotOurSchema', {
      message: `Schema ${schema} was written to since it was saved (${changed
        .map(({ table }) => table)
        .slice(0, 5)
        .join(', ')}): nothing was dropped.`,
      next: 'stop what writes to the target, and start with {"fresh": true}.',
    });
  }
  await dropTables(client, schema, tables);
}

/** In the caller's transaction: drops what an unfinished run made in a schema that was not there before. */
export async function dropMade(client: pg.ClientBase, schema: string): Promise<void> {
  const tables = await fingerprintSchema(client, schema);
  if (tables !== null) await dropTables(client, schema, tables);
}

async function dropTables(client: pg.ClientBase, schema: string, tables: SchemaFingerprint): Promise<void> {
  try {
    if (tables.length > 0) await client.query(`DROP TABLE ${namesOf(schema, tables)} RESTRICT`);
    await client.query(`DROP TABLE IF EXISTS ${quoteIdentifier(schema)}.schema_revisions RESTRICT`);
    await client.query(`DROP SCHEMA ${quoteIdentifier(schema)} RESTRICT`);
  } catch (error) {
    const { code, detail } = error as { code?: string; detail?: string };
    if (code !== DEPENDENT) throw error;
    throw new MigrationError('NotOurSchema', {
      message: `Something that this tool did not make depends on schema ${schema}: ${detail?.split('\n')[0] ?? 'unnamed'}.`,
      next: 'drop or move it; it is never dropped for you.',
    });
  }
}

const namesOf = (schema: string, tables: SchemaFingerprint) =>
  tables.map(({ table }) => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`).join(', ');
