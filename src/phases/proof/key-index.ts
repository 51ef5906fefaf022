import type pg from 'pg';
import type { RunRef } from '../../db/ledger/fence.ts';
import type { TablePlan } from '../../plan/types.ts';
import type { Definition } from '../../sql/definition.ts';
import { keyExpression } from '../../sql/range.ts';
import { quoteIdentifier, quoteTable } from '../../sql/quote.ts';
import { targetKey } from '../../sql/proof/key-text.ts';
import { TARGET_SCHEMA } from '../engine.ts';
import { indexedColumns } from '../indexed-columns.ts';
import { buildUnique } from '../unique-index.ts';

/**
 * In the caller's transaction: the index by which a table's chunks are read back. The primary key's own where it begins with the driving
 * key (unique, or plain where rows are not unique yet: constrain replaces that), else one of ours, which goes when copy ends.
 */
export async function buildKeyIndex(client: pg.ClientBase, table: TablePlan, definitions: readonly Definition[]): Promise<void> {
  await client.query(`SET LOCAL search_path = ${quoteIdentifier(TARGET_SCHEMA)}, pg_catalog`);
  const own = definitions.find((definition) => definition.table === table.table && definition.kind === 'primary_key');
  if (own !== undefined && servesKey(own, table)) {
    if (!(await buildUnique(client, own))) await client.query(own.index!.replace('CREATE UNIQUE INDEX', 'CREATE INDEX IF NOT EXISTS'));
  } else {
    const columns = targetKey(table).map((key) => `(${keyExpression('common_oltp', { ...key, from: quoteIdentifier(key.target) })})`);
    const name = quoteIdentifier(proofIndexName(table.table));
    await client.query(`CREATE INDEX IF NOT EXISTS ${name} ON ${quoteTable(TARGET_SCHEMA, table.table)} (${columns.join(', ')})`);
  }
  await client.query('SET LOCAL search_path = pg_catalog');
}

export const proofIndexName = (table: string): string => `${table}_proof`;

/** An index over the driving key's columns, in order, which are numbers: a text's would be in the database's collation. */
function servesKey({ index }: Definition, table: TablePlan): boolean {
  if (table.key.some((key) => key.type === 'text')) return false;
  const columns = indexedColumns(index ?? '');
  return table.key.every((key, position) => columns[position] === key.target);
}

/** Takes off the indexes that only the proofs needed. */
export async function dropProofIndexes(client: pg.ClientBase, tables: readonly string[]): Promise<void> {
  const names = tables.map((table) => quoteTable(TARGET_SCHEMA, proofIndexName(table)));
  await client.query(`DROP INDEX IF EXISTS ${names.join(', ')}`);
}

/** Before rows of these tables are copied again: a row of a key that is there would be refused, which the rules are to settle. */
export async function takeOffKeyIndexes(client: pg.ClientBase, ref: RunRef, tables: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ definitions: Definition[] }>('SELECT definitions FROM identity_migration.runs WHERE run = $1', [
    ref.run,
  ]);
  const own = (rows[0]?.definitions ?? []).filter(({ table, kind }) => kind === 'primary_key' && tables.includes(table));
  for (const { name } of own) await client.query(`DROP INDEX IF EXISTS ${quoteTable(TARGET_SCHEMA, name)}`);
  await dropProofIndexes(client, tables);
  await client.query(`UPDATE identity_migration.steps SET state = 'planned' WHERE run = $1 AND phase = 'proof' AND table_name = ANY($2)`, [
    ref.run,
    tables,
  ]);
}
