import type { RunRef } from '../db/ledger/fence.ts';
import { endPhase } from '../db/ledger/phase-end.ts';
import { dropOwned } from '../schema/drop.ts';
import { readGrants } from '../schema/grants.ts';
import type { SchemaFingerprint } from '../schema/ownership.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from './engine.ts';
import { withRun } from './run-session.ts';

/** How long to wait for the exclusive lock before the attempt gives way to those who use the tables. */
const LOCK_TIMEOUT = '30s';

/** Drops the tables of the plan, if nothing was written since they were saved. Grants are remembered and given again in constrain. */
export async function dropTables(engine: Engine, ref: RunRef, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'NotOurSchema', attempt, (client) =>
    endPhase(
      client,
      ref,
      'drop',
      async () => {
        const { rows } = await client.query<{ before: SchemaFingerprint | null }>(
          'SELECT before FROM identity_migration.runs WHERE run = $1',
          [ref.run],
        );
        const before = rows[0]?.before ?? null;
        if (before === null) return;
        const grants = await readGrants(client, TARGET_SCHEMA);
        await client.query('UPDATE identity_migration.runs SET grants = $2 WHERE run = $1', [ref.run, JSON.stringify(grants)]);
        await dropOwned(client, { schema: TARGET_SCHEMA, tables: before });
      },
      { lock_timeout: LOCK_TIMEOUT },
    ),
  );
}
