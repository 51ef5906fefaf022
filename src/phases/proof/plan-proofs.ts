import type pg from 'pg';
import { chunkPages, type ChunkPage } from '../../db/ledger/chunk-pages.ts';
import { holdEpoch, type RunRef } from '../../db/ledger/fence.ts';
import { readRunFacts } from '../../db/ledger/run-facts.ts';
import { insertSteps, readSteps, type Step } from '../../db/ledger/steps.ts';
import { transaction } from '../../db/postgres/transaction.ts';
import { planHash } from '../../plan/hash.ts';
import { tablePlan } from '../../plan/plan.ts';
import type { Attempt, Engine } from '../engine.ts';
import { withRun } from '../run-session.ts';
import type { StepStatus } from '../step-types.ts';

export type ProofWork = { readonly index: string } | { readonly page: ChunkPage };

/** Writes down what is to be proved, once: a key index where a table has several chunks, then its chunks by pages. */
export async function planProofs(engine: Engine, ref: RunRef, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'TableFailed', attempt, async (client) => {
    const facts = await readRunFacts(client, ref, planHash);
    if (facts.input.verify !== 'full') return;
    await transaction(client, {}, async () => {
      await insertSteps(client, ref, 'proof', proofSteps(await chunkPages(client, ref.run)));
      await holdEpoch(client, ref);
    });
  });
}

/** The same for one table, in the caller's transaction, as soon as its last chunk has landed. */
export async function planProofsOf(client: pg.ClientBase, ref: RunRef, table: string): Promise<readonly StepStatus[]> {
  await insertSteps(client, ref, 'proof', proofSteps(await chunkPages(client, ref.run, table)));
  return readSteps(client, ref, 'proof', table);
}

export function proofSteps(pages: readonly ChunkPage[]): Step[] {
  const indexed = new Set(pages.filter((page) => page.to > 1 && tablePlan(page.table).key.length > 0).map((page) => page.table));
  const indexStep = (table: string) => `${table}: key index`;
  const indexes = [...indexed].map((table) => ({ step: indexStep(table), table, work: { index: table } satisfies ProofWork, after: [] }));
  const proofs = pages.map((page) => ({
    step: `${page.table}: prove ${page.from === page.to ? `chunk ${page.from}` : `chunks ${page.from} to ${page.to}`}`,
    table: page.table,
    work: { page } satisfies ProofWork,
    after: indexed.has(page.table) ? [indexStep(page.table)] : [],
  }));
  return [...indexes, ...proofs];
}
