import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import { insertSteps, type Step } from '../db/ledger/steps.ts';
import { constrainWork } from './constrain-work.ts';
import { readLoaded } from './loaded.ts';
import { reconcileWork } from './reconcile-work.ts';
import type { SteppedPhase } from './step-types.ts';
import { verifyWork } from './verify-work.ts';

/** Writes the steps of a phase to the ledger, when the phase before it ends. */
export async function insertStepsFor(client: pg.ClientBase, ref: RunRef, phase: SteppedPhase): Promise<void> {
  await insertSteps(client, ref, phase, await stepsOf(client, ref, phase));
}

async function stepsOf(client: pg.ClientBase, ref: RunRef, phase: SteppedPhase): Promise<Step[]> {
  switch (phase) {
    case 'reconcile':
      return reconcileWork((await readLoaded(client, ref)).isLarge);
    case 'constrain':
      return constrainWork(client, ref);
    case 'verify':
      return verifyWork();
  }
}
