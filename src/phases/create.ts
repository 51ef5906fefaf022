import type { RunRef } from '../db/ledger/fence.ts';
import { endPhase } from '../db/ledger/phase-end.ts';
import { carryColumns } from '../sql/carry-columns.ts';
import { createBare } from '../schema/create.ts';
import { loadRevisions } from '../schema/revisions.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from './engine.ts';
import { withRun } from './run-session.ts';

/** Creates the tables bare: types, defaults, NOT NULL and CHECK only. What was taken off is saved, for constrain to put back. */
export async function createTables(engine: Engine, ref: RunRef, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'SchemaMismatch', attempt, (client) =>
    endPhase(client, ref, 'create', async () => {
      const definitions = await createBare(client, { schema: TARGET_SCHEMA, revisions: loadRevisions(), carry: carryColumns() });
      await client.query('UPDATE identity_migration.runs SET definitions = $2 WHERE run = $1', [ref.run, JSON.stringify(definitions)]);
      await client.query(
        `UPDATE identity_migration.tables t SET oid = c.oid FROM pg_class c
          WHERE t.run = $1 AND c.relname = t.table_name AND c.relnamespace = to_regnamespace($2) AND c.relkind = 'r'`,
        [ref.run, TARGET_SCHEMA],
      );
    }),
  );
}
