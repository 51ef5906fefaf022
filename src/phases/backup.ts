import type pg from 'pg';
import { applicationName, type RunRef } from '../db/ledger/fence.ts';
import { endPhase } from '../db/ledger/phase-end.ts';
import { recordBackup } from '../db/ledger/backups.ts';
import { readRunHead } from '../db/ledger/overview.ts';
import { transaction } from '../db/postgres/transaction.ts';
import { backupSchema } from '../schema/backup.ts';
import { fingerprintSchema, type SchemaFingerprint } from '../schema/ownership.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from './engine.ts';
import { withRun } from './run-session.ts';

/** Saves what the run's first start found: an archive that was read back, and each table's count and checksum, which drop compares. */
export async function backupTarget(engine: Engine, ref: RunRef, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'BackupFailed', attempt, async (client) => {
    const { options } = await readRunHead(client, ref);
    const before = await transaction(client, { readOnly: true, isolation: 'REPEATABLE READ' }, () =>
      fingerprintSchema(client, TARGET_SCHEMA),
    );
    if (before === null || !options.backup) {
      await endPhase(client, ref, 'backup', () => remember(client, ref, before));
      return;
    }
    const backup = await backupSchema({
      url: engine.databases.target.url,
      schema: TARGET_SCHEMA,
      directory: engine.backupDirectory,
      applicationName: applicationName(ref),
      signal: attempt.signal,
      onProgress: (text) => attempt.beat(text),
    });
    await endPhase(client, ref, 'backup', async () => {
      await remember(client, ref, backup.tables);
      await recordBackup(client, ref.run, backup);
    });
  });
}

async function remember(client: pg.ClientBase, ref: RunRef, before: SchemaFingerprint | null): Promise<void> {
  await client.query('UPDATE identity_migration.runs SET before = $2 WHERE run = $1', [ref.run, JSON.stringify(before)]);
}
