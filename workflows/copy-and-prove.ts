import { copyTables } from './copy-tables.ts';
import type { RunContext } from './run-context.ts';
import { runSteps } from './run-steps.ts';

/**
 * The phase copy: every table lands; what moved in its source meanwhile is copied again, for a few rounds; then each chunk is proved.
 * Returns `continue` where Temporal suggests a fresh history.
 */
export async function copyAndProve(run: RunContext): Promise<'proved' | 'continue'> {
  const { activities, ref } = run;
  let { tables } = run.status;
  for (;;) {
    if ((await copyTables(run, tables)) === 'continue') return 'continue';
    await run.restWhilePaused();
    const round = await run.patiently('look for moves', () => activities.lookForMoves(ref));
    if (round === null) break;
    if ((await runSteps(run, 'moves')) === 'continue') return 'continue';
    tables = await run.patiently('end of round', () => activities.endRound(ref, round));
    if (tables.length === 0) break;
    tables.forEach((table) => run.progress.again(table));
    run.control.notice(`A source moved while it was copied: chunks of ${tables.map(({ table }) => table).join(', ')} are copied again.`);
  }
  await run.patiently('plan of proofs', () => activities.planProofs(ref));
  return (await runSteps(run, 'proof')) === 'continue' ? 'continue' : 'proved';
}
