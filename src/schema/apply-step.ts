import type pg from 'pg';
import { transaction } from '../db/postgres/transaction.ts';
import { quoteIdentifier, quoteTable } from '../sql/quote.ts';
import { sqlOf, type Step } from './plan-change.ts';
import { insideTransaction, isConcurrent } from './revision-sql.ts';
import { CREATE_SCHEMA_REVISIONS, recordRevision } from './schema-revisions-table.ts';

export interface StepOrder {
  readonly schema: string;
  readonly step: Step;
  /** Milliseconds. */
  readonly lockTimeout: number;
  /** Last of all in the transaction that records the step. */
  readonly seal: (client: pg.ClientBase) => Promise<void>;
}

/** An index that is built while others write takes its time; it waits, and nobody waits behind it. */
const CONCURRENT_PATIENCE = 15;

/**
 * Does one step whole or not at all, and records it: in one transaction, or, where an index is built or dropped concurrently, before it.
 * Returns seconds. Throws what the driver throws.
 */
export async function applyStep(client: pg.ClientBase, order: StepOrder): Promise<number> {
  if (isConcurrent(sqlOf(order.step))) return applyConcurrently(client, order);
  return transaction(client, { settings: stepSettings(order) }, async () => {
    const seconds = await performStep(client, order);
    await order.seal(client);
    return seconds;
  });
}

/** Settings of a transaction that performs steps. */
export function stepSettings({ lockTimeout }: Pick<StepOrder, 'lockTimeout'>): Readonly<Record<string, string>> {
  // A statement whose client was killed is noticed while it runs.
  return { lock_timeout: `${lockTimeout}ms`, client_connection_check_interval: '2s' };
}

/** In the caller's transaction: does the step and records it, an index in the plain way. */
export async function performStep(client: pg.ClientBase, { schema, step }: Pick<StepOrder, 'schema' | 'step'>): Promise<number> {
  await prepareHistory(client, schema);
  const started = performance.now();
  await client.query(insideTransaction(sqlOf(step)));
  return record(client, schema, step, started);
}

/** What a killed attempt left is taken away first: `IF NOT EXISTS` would take an index that was never finished for the one that is wanted. */
async function applyConcurrently(client: pg.ClientBase, { schema, step, lockTimeout, seal }: StepOrder): Promise<number> {
  const sql = sqlOf(step);
  const index = indexOf(sql);
  await transaction(client, { settings: stepSettings({ lockTimeout }) }, () => prepareHistory(client, schema));
  const started = performance.now();
  const settings = {
    search_path: `${quoteIdentifier(schema)}, pg_catalog`,
    ...stepSettings({ lockTimeout: lockTimeout * CONCURRENT_PATIENCE }),
  };
  for (const [name, text] of Object.entries({ statement_timeout: '0', ...settings })) {
    await client.query('SELECT set_config($1, $2, false)', [name, text]);
  }
  try {
    await dropUnfinished(client, schema, index);
    await client.query(sql);
  } catch (error) {
    await dropUnfinished(client, schema, index).catch(() => {});
    throw error;
  } finally {
    await client
      .query('RESET search_path; RESET lock_timeout; RESET client_connection_check_interval; RESET statement_timeout')
      .catch(() => {});
  }
  return transaction(client, { settings: stepSettings({ lockTimeout }) }, async () => {
    const seconds = await record(client, schema, step, started);
    await seal(client);
    return seconds;
  });
}

/** Without regard to what was in the way: the name that the statement gives, as the catalog spells it. */
function indexOf(sql: string): string {
  const name = /\bEXISTS\s+("(?:[^"]|"")+"|[\w$]+)/i.exec(sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' '))?.[1] ?? '';
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}

async function dropUnfinished(client: pg.ClientBase, schema: string, index: string): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
      WHERE i.relnamespace = to_regnamespace(quote_ident($1)) AND i.relname = $2 AND NOT (x.indisvalid AND x.indisready)`,
    [schema, index],
  );
  if (rowCount !== 0) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${quoteTable(schema, index)}`);
}

/** Makes schema and history where they are not, and holds the history against whoever applies revisions without our lock. */
async function prepareHistory(client: pg.ClientBase, schema: string): Promise<void> {
  // Looked at first: IF NOT EXISTS asks for the right to create even where there is nothing to create.
  const { rows } = await client.query<{ schema: boolean; history: boolean }>(
    `SELECT to_regnamespace(quote_ident($1)) IS NOT NULL AS schema, to_regclass($2) IS NOT NULL AS history`,
    [schema, quoteTable(schema, 'schema_revisions')],
  );
  const { schema: hasSchema, history: hasHistory } = rows[0]!;
  if (!hasSchema) await client.query(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
  await setPath(client, schema);
  if (!hasHistory) await client.query(CREATE_SCHEMA_REVISIONS);
  await client.query('LOCK TABLE schema_revisions IN SHARE ROW EXCLUSIVE MODE');
}

async function record(client: pg.ClientBase, schema: string, { revision, direction }: Step, started: number): Promise<number> {
  const seconds = (performance.now() - started) / 1000;
  // A revision may have set its own.
  await setPath(client, schema);
  if (direction === 'up') await recordRevision(client, revision, seconds);
  else await client.query('DELETE FROM schema_revisions WHERE revision = $1', [revision.revision]);
  return seconds;
}

const setPath = (client: pg.ClientBase, schema: string) => client.query(`SET LOCAL search_path = ${quoteIdentifier(schema)}, pg_catalog`);
