import { tablePlan } from '../../../src/plan/plan.ts';
import { quoteIdentifier, quoteTable } from '../../../src/sql/quote.ts';
import { ask } from './ask.ts';
import { PEER_DATABASE, type LegacyServers } from './legacy-servers.ts';

/** `"id", "role_id", …`: the plan's columns, in its order. */
export function columnList(table: string): string {
  return tablePlan(table)
    .columns.map((column) => quoteIdentifier(column.name))
    .join(', ');
}

/** Makes a bare table of the target, as a run has created it, once more in the database `peer`: the same columns and types, no checks. */
export async function makeBareTwin({ target }: LegacyServers, table: string): Promise<void> {
  const columns = await ask<{ name: string; type: string }>(
    target.url('identity'),
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
      WHERE attrelid = 'identity.${table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
  );
  const name = quoteTable('identity', table);
  const list = columns.map((column) => `${quoteIdentifier(column.name)} ${column.type}`);
  await ask(
    target.url(PEER_DATABASE),
    'CREATE SCHEMA IF NOT EXISTS identity',
    `DROP TABLE IF EXISTS ${name}`,
    `CREATE TABLE ${name} (${list.join(', ')})`,
  );
}
