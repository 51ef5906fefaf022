import type pg from 'pg';
import { ledgerExists } from '../../db/ledger/bootstrap.ts';
import { IS_RUN } from '../../db/ledger/command-row.ts';
import type { RunRef } from '../../db/ledger/fence.ts';
import { readRunFacts, type RunFacts } from '../../db/ledger/run-facts.ts';
import { MigrationError } from '../../failures.ts';
import { planHash } from '../../plan/hash.ts';

export interface FinishedRun extends RunRef {
  readonly facts: RunFacts;
}

/** The newest run, which must have finished. Throws SchemaMismatch where it has not, or where there is none. */
export async function finishedRun(client: pg.Client): Promise<FinishedRun> {
  const found = (await ledgerExists(client))
    ? (
        await client.query<{ run: string; epoch: number; state: string }>(
          `SELECT run, epoch, state FROM identity_migration.runs WHERE ${IS_RUN} ORDER BY started_at DESC LIMIT 1`,
        )
      ).rows[0]
    : undefined;
  if (found?.state !== 'done') {
    throw new MigrationError('SchemaMismatch', {
      message: found === undefined ? 'This target knows no run.' : `The last run, ${found.run}, has not finished: it is ${found.state}.`,
      next: 'start one, or let it finish; verify proves what a finished run has left.',
    });
  }
  return { run: found.run, epoch: found.epoch, facts: await readRunFacts(client, found, planHash) };
}
