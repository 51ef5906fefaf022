import { backupOfRun } from '../db/ledger/backups.ts';
import { applicationName, holdSql, type RunRef } from '../db/ledger/fence.ts';
import { transaction } from '../db/postgres/transaction.ts';
import { PHASES, type Phase } from '../contract.ts';
import { MigrationError } from '../failures.ts';
import { dropMade } from '../schema/drop.ts';
import { restoreSchema } from '../schema/restore.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from './engine.ts';
import { withRun } from './run-session.ts';

/** Brings back what the run's first start found: the backup, no schema where there was none, or nothing to do before drop. Says which. */
export async function restoreBefore(engine: Engine, ref: RunRef, attempt: Attempt): Promise<string> {
  return withRun(engine, ref, 'RestoreFailed', attempt, async (client) => {
    const { rows } = await client.query<{ phase: Phase; before: unknown }>(
      'SELECT phase, before FROM identity_migration.runs WHERE run = $1',
      [ref.run],
    );
    const { phase, before } = rows[0]!;
    if (PHASES.indexOf(phase) <= PHASES.indexOf('drop')) return 'nothing had been dropped; the target is as it was.';
    if (before === null) {
      await transaction(client, { settings: { lock_timeout: '30s' } }, () => dropMade(client, TARGET_SCHEMA));
      return 'there was no schema before the run; the tables that it made are dropped.';
    }
    const backup = await backupOfRun(client, ref.run);
    if (backup === null) {
      throw new MigrationError('RestoreFailed', {
        message: `Run ${ref.run} took no backup (backup: false), so nothing can be brought back; the target is left as it is.`,
        next: 'start again to go on with the run, or bring back the target from a backup of your own.',
      });
    }
    await restoreSchema({
      url: engine.databases.target.url,
      schema: TARGET_SCHEMA,
      file: backup.path,
      sha256: backup.sha256,
      applicationName: applicationName(ref),
      beforeCommit: holdSql(ref),
      signal: attempt.signal,
    });
    return `the backup ${backup.path} is restored.`;
  });
}
