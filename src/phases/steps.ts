import type { SteppedList, SteppedPhase, StepStatus } from './step-types.ts';
import { holdEpoch, type RunRef } from '../db/ledger/fence.ts';
import { endPhase } from '../db/ledger/phase-end.ts';
import { countOpenSteps, readSteps } from '../db/ledger/steps.ts';
import { transaction } from '../db/postgres/transaction.ts';
import { MigrationError } from '../failures.ts';
import { CONSTRAIN_AT_ONCE } from './constrain-work.ts';
import { RECONCILE_AT_ONCE } from './reconcile-work.ts';
import { insertStepsFor } from './plan-steps.ts';
import type { Attempt, Engine } from './engine.ts';
import { withRun } from './run-session.ts';

export interface StepList {
  readonly steps: readonly StepStatus[];
  /** How many may run at once; null: as many as the run's concurrency says. */
  readonly parallel: number | null;
}

const PARALLEL: Record<SteppedList, number | null> = {
  moves: null,
  proof: null,
  reconcile: RECONCILE_AT_ONCE,
  constrain: CONSTRAIN_AT_ONCE,
  verify: 4,
};

/** The steps of a phase as the ledger lists them. */
export async function listSteps(engine: Engine, ref: RunRef, list: SteppedList, attempt: Attempt): Promise<StepList> {
  const steps = await withRun(engine, ref, 'TargetUnreachable', attempt, (client) =>
    transaction(client, {}, () => readSteps(client, ref, list)),
  );
  return { steps, parallel: PARALLEL[list] };
}

/** Moves the run past a phase of steps, once all are done, and writes down the next phase's. */
export async function endSteps(engine: Engine, ref: RunRef, phase: SteppedPhase, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'TargetUnreachable', attempt, (client) =>
    endPhase(client, ref, phase, async () => {
      const open = await countOpenSteps(client, ref, phase);
      if (open > 0) throw new MigrationError('Fenced', { message: `${open} steps of ${phase} are not done yet.` });
      if (phase === 'reconcile') await insertStepsFor(client, ref, 'constrain');
      if (phase === 'constrain') await insertStepsFor(client, ref, 'verify');
      await holdEpoch(client, ref);
    }),
  );
}
