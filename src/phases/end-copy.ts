import type { RunRef } from '../db/ledger/fence.ts';
import { endPhase } from '../db/ledger/phase-end.ts';
import { MigrationError } from '../failures.ts';
import { PLAN } from '../plan/plan.ts';
import { dropProofIndexes } from './proof/key-index.ts';
import type { Attempt, Engine } from './engine.ts';
import { withRun } from './run-session.ts';
import { insertStepsFor } from './plan-steps.ts';

/** Moves the run past copy: only when every chunk of every table has landed, by the ledger's own count. */
export async function endCopy(engine: Engine, ref: RunRef, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'TableFailed', attempt, (client) =>
    endPhase(client, ref, 'copy', async () => {
      const { rows } = await client.query<{ chunks: number; tables: number }>(
        `SELECT (SELECT count(*) FROM identity_migration.chunks WHERE run = $1 AND (state <> 'done' OR moved)) AS chunks,
                (SELECT count(*) FROM identity_migration.tables WHERE run = $1 AND NOT (planned AND state = 'copied')) AS tables`,
        [ref.run],
      );
      const { chunks, tables } = rows[0]!;
      if (chunks > 0 || tables > 0) {
        throw new MigrationError('TableFailed', { message: `${chunks} chunks of ${tables} tables have not landed: the copy is not over.` });
      }
      await dropProofIndexes(
        client,
        PLAN.map((plan) => plan.table),
      );
      await insertStepsFor(client, ref, 'reconcile');
    }),
  );
}
