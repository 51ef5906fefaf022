import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { startPostgres } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { readCatalog, type CatalogTable } from '../../src/schema/catalog.ts';
import { createBare } from '../../src/schema/create.ts';
import { applyConstrainStep } from '../../src/schema/constrain.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { CREATE_SCHEMA_REVISIONS, recordRevision } from '../../src/schema/schema-revisions-table.ts';
import { carryColumns } from '../../src/sql/carry-columns.ts';
import { constrainSteps } from '../../src/sql/constrain.ts';
import { quoteIdentifier, quoteTable } from '../../src/sql/quote.ts';

export interface SchemaDatabase {
  /** A new, empty database on the test's server, and a connection to it. */
  readonly empty: () => Promise<{ url: string; client: pg.Client }>;
  /** A further connection. */
  readonly connect: (url: string) => Promise<pg.Client>;
  readonly close: () => Promise<void>;
}

/** A server whose settings our sessions must not lean on: the installed one, or that of a directory of programs. */
export async function openSchemaDatabase(name: string, binDirectory?: string): Promise<SchemaDatabase> {
  const servers = await ServerSet.forTest(name);
  const settings = { fsync: 'off', datestyle: 'SQL, DMY' };
  const server = await startPostgres({
    servers,
    name: 'postgres',
    timezone: 'America/St_Johns',
    settings,
    ...(binDirectory === undefined ? {} : { binDirectory }),
  });
  const clients: pg.Client[] = [];
  const connect = async (url: string) => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
    return client;
  };
  let databases = 0;
  return {
    connect,
    empty: async () => {
      databases += 1;
      const url = await server.createDatabase(`base_${databases}`);
      return { url, client: await connect(url) };
    },
    close: async () => {
      for (const client of clients) await client.end();
      await servers.stopAll();
    },
  };
}

/** Runs the revisions' up or, from the last to the first, down. */
export async function revise(client: pg.Client, schema: string, direction: 'up' | 'down'): Promise<void> {
  await transaction(client, {}, async () => {
    await client.query(`SET LOCAL search_path = ${quoteIdentifier(schema)}, pg_catalog`);
    const revisions = loadRevisions();
    if (direction === 'up') for (const { up } of revisions) await client.query(up);
    else for (const { down } of revisions.toReversed()) await client.query(down!);
  });
}

export function catalogOf(client: pg.Client, schema: string): Promise<CatalogTable[]> {
  return transaction(client, { readOnly: true }, () => readCatalog(client, schema));
}

/** The schema as a finished run leaves it: bare, then every step. */
export async function createWhole(client: pg.Client, schema = 'identity'): Promise<void> {
  const definitions = await transaction(client, {}, () =>
    createBare(client, { schema, revisions: loadRevisions(), carry: carryColumns() }),
  );
  await transaction(client, {}, async () => {
    for (const { table, column } of carryColumns())
      await client.query(`ALTER TABLE ${quoteTable(schema, table)} DROP COLUMN ${quoteIdentifier(column)}`);
    for (const step of constrainSteps(definitions, schema)) await applyConstrainStep(client, schema, step);
  });
}

/** The one value that a query gives. */
export async function value(client: pg.Client, sql: string, values: readonly unknown[] = []): Promise<unknown> {
  const { rows } = await client.query<unknown[]>({ text: sql, values: [...values], rowMode: 'array' });
  return rows[0]?.[0];
}

/** The schema as `migrate` leaves it: from the revisions, with our mark. */
export async function createMarked(client: pg.Client, schema = 'identity'): Promise<void> {
  await client.query(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
  await revise(client, schema, 'up');
  await transaction(client, {}, async () => {
    await client.query(`SET LOCAL search_path = ${quoteIdentifier(schema)}, pg_catalog; ${CREATE_SCHEMA_REVISIONS}`);
    for (const revision of loadRevisions()) await recordRevision(client, revision, 0);
  });
}

/** Asks until the query gives true. Throws after 20 seconds. */
export async function untilTrue(client: pg.Client, sql: string): Promise<void> {
  const end = Date.now() + 20_000;
  while ((await value(client, sql)) !== true) {
    if (Date.now() > end) throw new Error(`It never came to: ${sql}`);
    await wait(5);
  }
}
