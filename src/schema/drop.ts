import type pg from 'pg';
import { MigrationError } from '../failures.ts';
import { quoteIdentifier, quoteTable } from '../sql/quote.ts';
import { fingerprintSchema, foreignObjects, type SchemaFingerprint } from './ownership.ts';
import { OWN_TABLES } from './own-tables.ts';

/** Somebody else's object depends on what would be dropped. */
const DEPENDENT = '2BP01';
const NAMED_AT_MOST = 5;

/**
 * In the caller's transaction, which sets lock_timeout: takes the exclusive lock, compares every table's count and checksum with what
 * was saved, and drops them in one statement, RESTRICT, then the schema. Throws NotOurSchema, naming what was written since, what is in
 * the schema and not ours, or what hangs on it.
 */
export async function dropOwned(
  client: pg.ClientBase,
  { schema, tables }: { readonly schema: string; readonly tables: SchemaFingerprint },
): Promise<void> {
  await lockTables(client, schema, tables);
  const now = (await fingerprintSchema(client, schema)) ?? [];
  const isAsSaved = (one: SchemaFingerprint[number], all: SchemaFingerprint) =>
    all.some((other) => other.table === one.table && other.rows === one.rows && other.checksum === one.checksum);
  const changed = now.filter((table) => !isAsSaved(table, tables)).map(({ table }) => table);
  if (changed.length > 0) {
    throw new MigrationError('NotOurSchema', {
      message: `Schema ${schema} was written to since it was saved (${listed(changed)}): nothing was dropped.`,
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

async function lockTables(client: pg.ClientBase, schema: string, tables: SchemaFingerprint): Promise<void> {
  if (tables.length === 0) return;
  try {
    await client.query(`LOCK TABLE ${namesOf(schema, tables)} IN ACCESS EXCLUSIVE MODE`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42P01') throw error;
    throw new MigrationError('NotOurSchema', {
      message: `A table of schema ${schema} that was saved is gone: nothing was dropped.`,
      next: 'stop what changes the target, and start with {"fresh": true}.',
    });
  }
}

async function dropTables(client: pg.ClientBase, schema: string, tables: SchemaFingerprint): Promise<void> {
  const foreign = await foreignObjects(client, schema, OWN_TABLES);
  if (foreign.length > 0) {
    throw new MigrationError('NotOurSchema', {
      message: `Schema ${schema} holds what this tool did not make: ${listed(foreign)}.`,
      next: 'move it to another schema: it is never dropped.',
    });
  }
  try {
    if (tables.length > 0) await client.query(`DROP TABLE ${namesOf(schema, tables)} RESTRICT`);
    await client.query(`DROP TABLE IF EXISTS ${quoteTable(schema, 'schema_revisions')} RESTRICT`);
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

const listed = (names: readonly string[]) => names.slice(0, NAMED_AT_MOST).join(', ');
const namesOf = (schema: string, tables: SchemaFingerprint) => tables.map(({ table }) => quoteTable(schema, table)).join(', ');
