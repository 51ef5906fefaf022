import type pg from 'pg';
import { PHASES, type Phase } from '../../contract.ts';
import { MigrationError } from '../../failures.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { transaction } from '../postgres/transaction.ts';
import type { RunRef } from './fence.ts';

interface LandedTable {
  readonly table: string;
  readonly oid: number;
  readonly rows: number;
}

/**
 * Before a run goes on: what the ledger says has landed must be there. A table that was dropped, made again or emptied behind the
 * ledger's back (by hand, by `restore` or `rollback`) makes the run fail with SchemaMismatch, which names `fresh`.
 */
export async function checkLandedTables(client: pg.ClientBase, ref: RunRef, phase: Phase): Promise<void> {
  if (PHASES.indexOf(phase) < PHASES.indexOf('copy')) return;
  const { rows } = await client.query<LandedTable & { now: number | null }>(
    `SELECT t.table_name AS "table", t.oid, to_regclass('identity.' || quote_ident(t.table_name))::oid AS now,
            coalesce((SELECT sum(c.rows) FROM identity_migration.chunks c
                       WHERE c.run = t.run AND c.table_name = t.table_name AND (c.state = 'done' OR c.moved)), 0)::float8 AS rows
       FROM identity_migration.tables t WHERE t.run = $1 ORDER BY t.position`,
    [ref.run],
  );
  for (const row of rows) {
    if (row.now !== row.oid) throw mismatch(ref, `table identity.${row.table} is not the one that the run made`);
  }
  // Reconcile changes the counts, under the ledger; its own checks follow in verify.
  if (phase !== 'copy') return;
  await transaction(client, { readOnly: true }, async () => {
    for (const { table, rows: expected } of rows) {
      const counted = await client.query<{ n: number }>(`SELECT count(*) AS n FROM identity.${quoteIdentifier(table)}`);
      const found = counted.rows[0]!.n;
      if (found !== expected) throw mismatch(ref, `identity.${table} holds ${found} rows, the ledger says ${expected}`);
    }
  });
}

function mismatch(ref: RunRef, what: string): MigrationError {
  return new MigrationError('SchemaMismatch', {
    message: `Run ${ref.run} cannot go on: ${what}.`,
    next: 'start with {"fresh": true} to back up what is there, drop it and begin again.',
  });
}
