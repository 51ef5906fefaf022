import type { RunResult } from '../contract.ts';
import { noteEvent } from '../db/ledger/events.ts';
import { applicationName, holdEpoch, lockRun, type RunRef } from '../db/ledger/fence.ts';
import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import type { Attempt, Engine } from './engine.ts';

/** Marks the run as done: the target is free, and a further start is refused unless it says `fresh`. */
export async function unlockTarget(engine: Engine, ref: RunRef, result: RunResult, attempt: Attempt): Promise<void> {
  const session = { applicationName: applicationName(ref), signal: attempt.signal, fallback: 'TargetUnreachable' } as const;
  await withPostgres(engine.databases.target, session, (client) =>
    transaction(client, {}, async () => {
      await lockRun(client, ref);
      await client.query("UPDATE identity_migration.tables SET state = 'done' WHERE run = $1", [ref.run]);
      await client.query(
        "UPDATE identity_migration.runs SET state = 'done', phase = 'unlock', finished_at = now(), result = $2 WHERE run = $1",
        [ref.run, JSON.stringify(result)],
      );
      await noteEvent(client, ref, { event: 'end', state: 'done', type: null });
      await holdEpoch(client, ref);
    }),
  );
}
