import type pg from 'pg';
import { PHASES, type Phase } from '../../contract.ts';
import { transaction } from '../postgres/transaction.ts';
import { noteEvent } from './events.ts';
import { lockRun, setPhase, type RunRef } from './fence.ts';

/** The phase after this one. */
export function phaseAfter(phase: Phase): Phase {
  const next = PHASES[PHASES.indexOf(phase) + 1];
  if (next === undefined) throw new RangeError(`There is no phase after ${phase}`);
  return next;
}

/**
 * Runs the last (or only) work of a phase and moves the run on, in one transaction that holds the run's row.
 * Does nothing where the run is past the phase already: an attempt whose COMMIT answer was lost ends here.
 */
export async function endPhase(
  client: pg.ClientBase,
  ref: RunRef,
  phase: Phase,
  work: () => Promise<void>,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  await transaction(client, { settings }, async () => {
    const current = await lockRun(client, ref);
    if (PHASES.indexOf(current) > PHASES.indexOf(phase)) return;
    await work();
    await setPhase(client, ref, phaseAfter(phase));
    await noteEvent(client, ref, { event: 'phase', phase: phaseAfter(phase) });
  });
}
