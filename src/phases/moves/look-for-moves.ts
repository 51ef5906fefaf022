import { chunkPages } from '../../db/ledger/chunk-pages.ts';
import { holdEpoch, type RunRef } from '../../db/ledger/fence.ts';
import { readRunFacts } from '../../db/ledger/run-facts.ts';
import { insertSteps } from '../../db/ledger/steps.ts';
import { transaction } from '../../db/postgres/transaction.ts';
import { planHash } from '../../plan/hash.ts';
import { PLAN } from '../../plan/plan.ts';
import type { Attempt, Engine } from '../engine.ts';
import { withRun } from '../run-session.ts';
import { readSignals, unmovedTables } from './run-signals.ts';
import type { MovesWork } from './moves-step.ts';

/**
 * Once every chunk has landed: writes down which chunks' sources to ask in this round, leaving out the tables that stood still by the
 * servers' own signals; each start has its own rounds. Null where the run
 * proves counts only.
 */
export async function lookForMoves(engine: Engine, ref: RunRef, attempt: Attempt): Promise<number | null> {
  return withRun(engine, ref, 'VerificationFailed', attempt, async (client) => {
    const facts = await readRunFacts(client, ref, planHash);
    if (facts.input.verify !== 'full') return null;
    const unmoved = await unmovedTables(engine, facts, await readSignals(client, ref), PLAN, attempt);
    return transaction(client, {}, async () => {
      const { rows } = await client.query<{ rounds: number }>(
        'SELECT heal_rounds * (heal_epoch IS NOT DISTINCT FROM epoch)::integer AS rounds FROM identity_migration.runs WHERE run = $1',
        [ref.run],
      );
      const round = rows[0]!.rounds + 1;
      const pages = (await chunkPages(client, ref.run)).filter((page) => !unmoved.has(page.table));
      const steps = pages.map((page) => ({
        step: `round ${ref.epoch}.${round}: did ${page.table} ${page.from} to ${page.to} move?`,
        table: page.table,
        work: { page } satisfies MovesWork,
        after: [],
      }));
      await insertSteps(client, ref, 'moves', steps);
      await holdEpoch(client, ref);
      return round;
    });
  });
}
