import type { ChunkPage } from '../../db/ledger/chunk-pages.ts';
import { holdEpoch, type RunRef } from '../../db/ledger/fence.ts';
import { landedChunks } from '../../db/ledger/proofs.ts';
import { readRunFacts } from '../../db/ledger/run-facts.ts';
import { doStep, readStep } from '../../db/ledger/steps.ts';
import { MigrationError } from '../../failures.ts';
import { planHash } from '../../plan/hash.ts';
import { tablePlan } from '../../plan/plan.ts';
import { askSource } from '../ask-source.ts';
import type { Attempt, Engine } from '../engine.ts';
import { withRun } from '../run-session.ts';
import { movedChunks } from './moved-chunks.ts';

export interface MovesWork {
  readonly page: ChunkPage;
}

/** Asks the source whether the chunks of a page still hold what was copied, and marks those that do not: they will be copied again. */
export async function movesStep(engine: Engine, ref: RunRef, step: string, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'VerificationFailed', attempt, async (client) => {
    const facts = await readRunFacts(client, ref, planHash);
    const planned = await readStep<MovesWork>(client, ref, 'moves', step);
    if (planned === null) throw new MigrationError('SchemaMismatch', { message: `Step ${step} is not in the ledger.` });
    if (planned.done) return;
    const { table, from, to } = planned.work.page;
    const plan = tablePlan(table);
    const chunks = await landedChunks(client, ref.run, table, from, to);
    const moved = await askSource(engine, facts, plan.source, attempt, (ask) => movedChunks(ask, plan, facts, chunks, attempt));
    await doStep(client, ref, 'moves', step, async () => {
      await client.query(
        `UPDATE identity_migration.chunks SET moved = true
          WHERE run = $1 AND table_name = $2 AND state = 'done' AND (chunk, sha256) IN (SELECT * FROM unnest($3::integer[], $4::text[]))`,
        [ref.run, table, moved.map(({ chunk }) => chunk.chunk), moved.map(({ chunk }) => chunk.sha256)],
      );
      await holdEpoch(client, ref);
      return moved.length;
    });
  });
}
