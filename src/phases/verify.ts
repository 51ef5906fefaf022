import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import { readRunFacts } from '../db/ledger/run-facts.ts';
import { doStep, readStep } from '../db/ledger/steps.ts';
import { MigrationError } from '../failures.ts';
import { planHash } from '../plan/hash.ts';
import { quoteTable } from '../sql/quote.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from './engine.ts';
import { withRun } from './run-session.ts';
import { checkConstraints } from './verify/constraints.ts';
import { checkEquation } from './verify/equation.ts';
import { checkIdentityValues } from './verify/identity-values.ts';
import { checkSource } from './verify/source.ts';
import { checkUnmoved } from './verify/unmoved.ts';
import type { VerifyWork } from './verify-work.ts';

/** One check of the finished target. Returns the rows it looked at. */
export async function verifyStep(engine: Engine, ref: RunRef, step: string, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'VerificationFailed', attempt, async (client) => {
    const facts = await readRunFacts(client, ref, planHash);
    const planned = await readStep<VerifyWork>(client, ref, 'verify', step);
    if (planned === null) throw new MigrationError('SchemaMismatch', { message: `Step ${step} is not in the ledger.` });
    if (planned.done) return;
    // The source is counted outside the target's transaction: it may take a while.
    if (planned.work.check === 'table') {
      await checkUnmoved(engine, client, ref, facts, planned.work.table, attempt);
      await checkSource(engine, client, ref, facts, planned.work.table, attempt);
    }
    await doStep(client, ref, 'verify', step, () => check(client, ref, planned.work));
  });
}

async function check(client: pg.ClientBase, ref: RunRef, work: VerifyWork): Promise<number> {
  switch (work.check) {
    case 'table':
      await client.query(`ANALYZE ${quoteTable(TARGET_SCHEMA, work.table)}`);
      return checkEquation(client, ref, work.table);
    case 'constraints':
      return checkConstraints(client, ref);
    case 'identity':
      return checkIdentityValues(client, TARGET_SCHEMA);
  }
}
