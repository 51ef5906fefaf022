import type { RunRef } from '../db/ledger/fence.ts';
import { endPhase } from '../db/ledger/phase-end.ts';
import { readRunFacts } from '../db/ledger/run-facts.ts';
import { planHash } from '../plan/hash.ts';
import { carryColumns } from '../sql/carry-columns.ts';
import { createBare } from '../schema/create.ts';
import { loadRevisions } from '../schema/revisions.ts';
import { sourceSignals } from './moves/run-signals.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from './engine.ts';
import { withRun } from './run-session.ts';

/** Creates the tables bare: types, defaults, NOT NULL and CHECK only. What was taken off is saved, for constrain to put back. */
export async function createTables(engine: Engine, ref: RunRef, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'SchemaMismatch', attempt, async (client) => {
    // The sources are asked before the target's transaction begins: it may take a while.
    const signals = await sourceSignals(engine, await readRunFacts(client, ref, planHash), attempt);
    await endPhase(client, ref, 'create', async () => {
      const definitions = await createBare(client, { schema: TARGET_SCHEMA, revisions: loadRevisions(), carry: carryColumns() });
      await client.query('UPDATE identity_migration.runs SET definitions = $2, signals = $3 WHERE run = $1', [
        ref.run,
        JSON.stringify(definitions),
        JSON.stringify(signals),
      ]);
      await client.query(
        `UPDATE identity_migration.tables t SET oid = c.oid FROM pg_class c
          WHERE t.run = $1 AND c.relname = t.table_name AND c.relnamespace = to_regnamespace($2) AND c.relkind = 'r'`,
        [ref.run, TARGET_SCHEMA],
      );
    });
  });
}
