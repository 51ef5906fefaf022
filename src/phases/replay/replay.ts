import type pg from 'pg';
import { lockRun } from '../../db/ledger/fence.ts';
import { withPostgres } from '../../db/postgres/session.ts';
import { transaction } from '../../db/postgres/transaction.ts';
import { MigrationError } from '../../failures.ts';
import { PLAN, tablePlan } from '../../plan/plan.ts';
import type { Attempt, Engine } from '../engine.ts';
import { finishedRun } from '../verify-target/finished-run.ts';
import { replayTable, type ReplayedTable } from './replay-table.ts';

/**
 * Tries the open rejects of the finished run again, parents before children: what was mended in the source or in a parent comes in, what
 * still fails stays with its new reason. Each table is one transaction, and the run's row is locked: exactly once.
 * Throws SchemaMismatch where no run has finished.
 */
export async function replayRejects(engine: Engine, only: string | null, attempt: Attempt): Promise<ReplayedTable[]> {
  const plans = only === null ? PLAN : [tablePlan(only)];
  const session = { applicationName: 'identity-migrate replay', signal: attempt.signal, fallback: 'TableFailed' } as const;
  return withPostgres(engine.databases.target, session, async (client) => {
    const run = await transaction(client, { readOnly: true }, () => finishedRun(client));
    const replayed: ReplayedTable[] = [];
    for (const plan of plans) {
      attempt.beat(plan.table);
      const outcome = await transaction(client, {}, async () => {
        await lockRun(client, run);
        await checkDone(client, run.run);
        return replayTable(engine, client, run, plan, attempt);
      });
      if (outcome.open > 0) replayed.push(outcome);
    }
    return replayed;
  });
}

async function checkDone(client: pg.ClientBase, run: string): Promise<void> {
  const { rows } = await client.query<{ state: string }>('SELECT state FROM identity_migration.runs WHERE run = $1', [run]);
  if (rows[0]?.state === 'done') return;
  throw new MigrationError('RunInProgress', {
    message: `Run ${run} is no longer finished: it is ${rows[0]?.state ?? 'gone'}.`,
    next: 'look at `identity-migrate runs`.',
  });
}
