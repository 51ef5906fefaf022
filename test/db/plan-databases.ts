import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { startPostgres } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { COMMON_OLTP } from '../../src/plan/sources/common-oltp.ts';
import type { TablePlan } from '../../src/plan/types.ts';
import { createBare } from '../../src/schema/create.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { carryColumns } from '../../src/sql/carry-columns.ts';
import { boundaryQuery, nullKeyQuery } from '../../src/sql/chunk-bounds.ts';
import { copyInto } from '../../src/sql/copy-into.ts';
import type { Definition } from '../../src/sql/definition.ts';
import { quoteIdentifier } from '../../src/sql/quote.ts';
import type { KeyBound, KeyBounds } from '../../src/sql/range.ts';
import { SOURCE_ROWS } from './plan-source-rows.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface PlanDatabases {
  readonly source: pg.Client;
  readonly target: pg.Client;
  /** What create took off the target's tables. */
  readonly definitions: readonly Definition[];
  readonly close: () => Promise<void>;
}

/** A server with common_oltp in the documented types, holding SOURCE_ROWS, and a bare target with its ledger. */
export async function openPlanDatabases(name: string): Promise<PlanDatabases> {
  const servers = await ServerSet.forTest(name);
  // Settings that our sessions must not lean on.
  const settings = { fsync: 'off', datestyle: 'SQL, DMY' };
  const server = await startPostgres({ servers, name: 'postgres', timezone: 'America/St_Johns', settings });
  const source = await connect(await server.createDatabase('common_oltp_db'));
  const target = await connect(await server.createDatabase('identity'));
  await source.query('CREATE SCHEMA common_oltp');
  for (const [table, columns] of Object.entries(COMMON_OLTP)) {
    const list = Object.entries(columns).map(([column, { type }]) => `${quoteIdentifier(column)} ${type}`);
    await source.query(`CREATE TABLE common_oltp.${quoteIdentifier(table)} (${list.join(', ')})`);
    await insert(source, 'common_oltp', table, SOURCE_ROWS[table] ?? []);
  }
  const definitions = await transaction(target, {}, async () => {
    await bootstrapLedger(target);
    return createBare(target, { schema: 'identity', revisions: loadRevisions(), carry: carryColumns() });
  });
  const close = async () => {
    await source.end();
    await target.end();
    await servers.stopAll();
  };
  return { source, target, definitions, close };
}

/** Streams a driving query's good rows into the target, in binary. */
export async function copyGood({ source, target }: PlanDatabases, table: TablePlan, good: string): Promise<void> {
  await pipeline(source.query(copyTo(`COPY (${good}) TO STDOUT (FORMAT binary)`)), target.query(copyFrom(copyInto(table))));
}

/** Chunks of two rows: the way the run cuts a table, on a small scale. */
export async function cut(table: TablePlan, ask: (sql: string) => Promise<readonly Row[]>): Promise<KeyBounds[]> {
  const here = { absent: [] };
  if (table.key.length === 0) return [{ lower: null, upper: null }];
  const bounds: KeyBounds[] = [];
  let lower: KeyBound | null = null;
  for (;;) {
    const next: Row | undefined = (await ask(boundaryQuery(table, lower, 2, here)))[0];
    if (next === undefined) break;
    const upper: KeyBound = table.key.map((key) => next[key.column] as number | string);
    bounds.push({ lower, upper });
    lower = upper;
  }
  bounds.push({ lower, upper: null });
  const nulls = await ask(nullKeyQuery(table, here));
  return nulls.length === 0 ? bounds : [...bounds, { lower: null, upper: null, nullKey: true }];
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'plan-queries' });
  await client.connect();
  return client;
}

export async function insert(client: pg.Client, schema: string, table: string, rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    const names = Object.keys(row);
    const places = names.map((_name, index) => `$${index + 1}`);
    const into = `${quoteIdentifier(schema)}.${quoteIdentifier(table)} (${names.map((name) => quoteIdentifier(name)).join(', ')})`;
    await client.query(`INSERT INTO ${into} VALUES (${places.join(', ')})`, Object.values(row));
  }
}

/** The bigint `n` of the one row that a counting query gives. */
export async function count(client: pg.Client, sql: string, values: readonly unknown[] = []): Promise<number> {
  return Number((await client.query<{ n: string }>(sql, [...values])).rows[0]!.n);
}

/** Rows of the target, read as our sessions read. */
export function rowsOf(client: pg.Client, sql: string): Promise<Row[]> {
  return transaction(client, { readOnly: true }, async () => (await client.query<Row>(sql)).rows);
}
