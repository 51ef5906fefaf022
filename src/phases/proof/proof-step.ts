import type pg from 'pg';
import { holdEpoch, type RunRef } from '../../db/ledger/fence.ts';
import { landedChunks, markProved, noteDifferences, type LandedChunkRow } from '../../db/ledger/proofs.ts';
import { readRunFacts, type RunFacts } from '../../db/ledger/run-facts.ts';
import { doStep, readStep } from '../../db/ledger/steps.ts';
import { transaction } from '../../db/postgres/transaction.ts';
import { MigrationError } from '../../failures.ts';
import { planHash } from '../../plan/hash.ts';
import { tablePlan } from '../../plan/plan.ts';
import type { Definition } from '../../sql/definition.ts';
import { quoteTable } from '../../sql/quote.ts';
import { buildSettings, readBuildMeans } from '../build-settings.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from '../engine.ts';
import { withRun } from '../run-session.ts';
import { buildKeyIndex } from './key-index.ts';
import type { ProofWork } from './plan-proofs.ts';
import { proveChunk } from './prove-chunk.ts';

const LOCK_TIMEOUT = '60s';
/** A chunk is sorted and hashed in memory; parallelism comes from the steps. */
const PROOF_SETTINGS = { work_mem: '64MB', max_parallel_workers_per_gather: '0' };

/** Builds one table's key index, or proves one page of chunks, each recorded on its own: what is proved is not proved again. */
export async function proofStep(engine: Engine, ref: RunRef, step: string, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'VerificationFailed', attempt, async (client) => {
    const facts = await readRunFacts(client, ref, planHash);
    const planned = await readStep<ProofWork>(client, ref, 'proof', step);
    if (planned === null) throw new MigrationError('SchemaMismatch', { message: `Step ${step} is not in the ledger.` });
    if (planned.done) return;
    const { work } = planned;
    if ('index' in work) {
      const settings = { lock_timeout: LOCK_TIMEOUT, ...buildSettings(await readBuildMeans(client), facts.input.concurrency) };
      await doStep(client, ref, 'proof', step, () => indexTable(client, ref, work.index), settings);
      return;
    }
    const { table, from, to } = work.page;
    for (const chunk of await landedChunks(client, ref.run, table, from, to)) {
      if (chunk.proved) continue;
      attempt.beat(`${table} ${chunk.chunk}: proves`);
      await proveOne(engine, client, ref, { facts, table, chunk }, attempt);
    }
    await doStep(client, ref, 'proof', step, () => Promise.resolve(to - from + 1));
  });
}

async function indexTable(client: pg.Client, ref: RunRef, table: string): Promise<number> {
  const { rows } = await client.query<{ definitions: Definition[] }>('SELECT definitions FROM identity_migration.runs WHERE run = $1', [
    ref.run,
  ]);
  await buildKeyIndex(client, tablePlan(table), rows[0]?.definitions ?? []);
  // Without statistics the planner may not take it.
  await client.query(`ANALYZE ${quoteTable(TARGET_SCHEMA, table)}`);
  return 1;
}

interface OneChunk {
  readonly facts: RunFacts;
  readonly table: string;
  readonly chunk: LandedChunkRow;
}

async function proveOne(
  engine: Engine,
  client: pg.Client,
  ref: RunRef,
  { facts, table, chunk }: OneChunk,
  attempt: Attempt,
): Promise<void> {
  const proof = { facts, run: ref.run, table: tablePlan(table), chunk };
  const findings = await transaction(client, { isolation: 'REPEATABLE READ', readOnly: true, settings: PROOF_SETTINGS }, () =>
    proveChunk(engine, client, proof, attempt),
  );
  if (findings.rows === 0) {
    await transaction(client, {}, () => markProved(client, ref, table, chunk));
    return;
  }
  await transaction(client, {}, async () => {
    await noteDifferences(client, ref, table, chunk.chunk, findings.differences);
    await holdEpoch(client, ref);
  });
  throw new MigrationError('VerificationFailed', {
    message: `Chunk ${chunk.chunk} of ${table}: ${findings.rows} rows in the target are not what the source holds${columnsOf(findings.differences)}.`,
    next: `identity_migration.differences names rows and columns; look at who else writes to the target or the sources, then start with {"fresh": true}.`,
    table,
  });
}

function columnsOf(differences: readonly { readonly columns: readonly string[] }[]): string {
  const columns = [...new Set(differences.flatMap((difference) => difference.columns))];
  return columns.length === 0 ? '' : ` (${columns.join(', ')})`;
}
