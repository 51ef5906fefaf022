import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import { insertSteps } from '../db/ledger/steps.ts';
import { constrainWork } from './constrain-work.ts';
import { reconcileWork } from './reconcile-work.ts';
import type { SteppedPhase } from './step-types.ts';
import { verifyWork } from './verify-work.ts';

/** Writes the steps of a phase to the ledger, when the phase before it ends. */
export async function insertStepsFor(client: pg.ClientBase, ref: RunRef, phase: SteppedPhase): Promise<void> {
  const steps = phase === 'reconcile' ? reconcileWork() : phase === 'constrain' ? await constrainWork(client, ref) : verifyWork();
  await insertSteps(client, ref, phase, steps);
}
