import type pg from 'pg';
import { ledgerExists } from '../db/ledger/bootstrap.ts';
import { withPostgres } from '../db/postgres/session.ts';
import { rolledBack } from '../db/postgres/transaction.ts';
import { MigrationError } from '../failures.ts';
import { performStep, stepSettings } from './apply-step.ts';
import { planOn, type ChangeOrder, type DoneStep, type SchemaChange } from './change-schema.ts';
import { DEFAULT_PATIENCE, withLockRetries } from './lock-wait.ts';
import { revisionFailure } from './revision-failure.ts';
import { labelOf } from './revisions.ts';

export type TryOrder = Pick<ChangeOrder, 'target' | 'schema' | 'command' | 'plan' | 'lockPatience' | 'signal' | 'onProgress'>;

/**
 * Does all steps in one transaction that is rolled back: proves that they would work, and leaves nothing, not even a row of the ledger.
 * Throws what `changeSchema` throws.
 */
export async function tryChange(order: TryOrder): Promise<SchemaChange> {
  const { target: server, schema, signal, lockPatience: patience = DEFAULT_PATIENCE, onProgress } = order;
  const session = { applicationName: `identity-migrate ${order.command} --dry-run`, signal, fallback: 'SchemaMismatch' } as const;
  return withPostgres(server, session, (client) =>
    withLockRetries({ server, client, what: 'The dry run', patience, signal, onProgress }, () =>
      rolledBack(client, { settings: stepSettings(patience) }, async () => {
        await refuseOpenRun(client);
        const done: DoneStep[] = [];
        const plan = await planOn(client, schema, order.plan);
        for (const step of plan.steps) {
          onProgress(`Trying ${labelOf(step.revision)}.`);
          try {
            done.push({ ...step, seconds: await performStep(client, { schema, step }) });
          } catch (error) {
            if (isBusy(error) || signal.aborted) throw error;
            throw revisionFailure(error, { server, step, left: 'It was tried in a transaction that is rolled back: nothing was changed.' });
          }
        }
        return { ...plan, steps: done, backup: null };
      }),
    ),
  );
}

const isBusy = (error: unknown) => ['55P03', '40P01'].includes((error as { code?: string }).code ?? '');

async function refuseOpenRun(client: pg.ClientBase): Promise<void> {
  if (!(await ledgerExists(client))) return;
  const { rows } = await client.query<{ holder: string }>(
    `SELECT workflow_id AS holder FROM identity_migration.runs WHERE state IN ('running', 'paused') AND lease_until > now()`,
  );
  if (rows[0] === undefined) return;
  throw new MigrationError('RunInProgress', {
    message: `${rows[0].holder} is in progress on this target.`,
    next: 'wait until it has ended: the dry run would hold it up.',
  });
}
