import { resolve } from 'node:path';
import type { Command } from 'commander';
import { isKnownBackup } from '../db/ledger/backups.ts';
import { withCommandLock } from '../db/ledger/command-lock.ts';
import { MigrationError } from '../failures.ts';
import { TARGET_SCHEMA } from '../phases/engine.ts';
import type { Archive } from '../schema/archive.ts';
import { readSchemaContents, type SchemaContents } from '../schema/contents.ts';
import { checkRestore, restoreChecked, type RestoreOrder } from '../schema/restore.ts';
import { askingTemporal } from './asking-temporal.ts';
import { command, readSettings, type Settings } from './command.ts';
import { confirm } from './confirm.ts';
import type { CliContext } from './context.ts';
import { replacedText, restoredJson, restoredText } from './restore-text.ts';
import { advised, onTarget, targetOf, type Target } from './target.ts';

interface Options {
  readonly yes?: true;
  readonly fromDatabase?: string;
  readonly json?: true;
}

export function restoreCommand(context: CliContext): Command {
  return command('restore', 'put a backup of schema identity back, all or nothing; shows what it replaces, and asks', [
    'restore backups/identity-20260131T100000Z.dump',
    'restore identity_backup.sql --yes',
  ])
    .argument('<FILE>', 'an archive of ours: custom format or plain .sql')
    .option('--yes', 'do not ask')
    .option('--from-database <NAME>', 'the database that the archive is of, where that is another than the target')
    .action((file: string, options: Options) => restore(file, options, context));
}

async function restore(file: string, options: Options, context: CliContext): Promise<void> {
  const settings = readSettings(context);
  const target = targetOf(settings.config);
  const order: RestoreOrder = {
    url: target.server.url,
    schema: TARGET_SCHEMA,
    file: resolve(context.directory, file),
    signal: context.signal,
    onProgress: (doing) => void context.stderr.write(`Restore: ${doing}.\n`),
    ...(context.places === undefined ? {} : { places: context.places }),
  };
  order.onProgress?.('reading the archive');
  const archive = await advised(target, context.signal, () => checkRestore(order));
  const replaced = await lookAtTarget(target, archive, options, context);
  context.stderr.write(replacedText(target, archive, replaced));
  await confirm(context, { yes: options.yes === true, what: replaced === null ? 'Restore it?' : 'Replace what is there?' });
  await putBack(target, order, archive, settings, context);
  const restored = await contentsOf(target, context);
  const shown = { target, archive, replaced, restored };
  context.stdout.write(`${options.json === true ? restoredJson(shown) : restoredText(shown)}\n`);
}

function putBack(target: Target, order: RestoreOrder, archive: Archive, settings: Settings, context: CliContext): Promise<void> {
  const lockOrder = {
    target: target.server,
    command: 'restore',
    askTemporal: askingTemporal(settings, context),
    signal: context.signal,
  };
  return advised(target, context.signal, () =>
    withCommandLock(lockOrder, ({ applicationName, sealSql, signal }) =>
      restoreChecked({ ...order, applicationName, beforeCommit: sealSql, signal }, archive),
    ),
  );
}

const contentsOf = (target: Target, { signal }: CliContext) =>
  onTarget(target, 'restore', signal, (client) => readSchemaContents(client, TARGET_SCHEMA));

/** What the archive would replace; null where there is no schema. Throws RestoreFailed for an archive that is not this target's. */
function lookAtTarget(target: Target, archive: Archive, { fromDatabase }: Options, context: CliContext): Promise<SchemaContents | null> {
  return onTarget(target, 'restore', context.signal, async (client) => {
    const { rows } = await client.query<{ database: string }>('SELECT current_database() AS database');
    const here = rows[0]!.database;
    if (!archive.marked && !(await isKnownBackup(client, archive.sha256))) {
      throw new MigrationError('RestoreFailed', {
        message: `${archive.file} holds a schema ${TARGET_SCHEMA} that this tool did not make (no schema_revisions). Nothing was changed.`,
        next: 'name a backup that `identity-migrate backup` or a run made.',
      });
    }
    if (archive.database !== null && archive.database !== (fromDatabase ?? here)) {
      throw new MigrationError('RestoreFailed', {
        message: `${archive.file} is of database ${archive.database}, not of ${fromDatabase ?? here}. Nothing was changed.`,
        next: `correct IDENTITY_DB_URL or the file; if it is meant, add --from-database '${archive.database}'.`,
      });
    }
    return readSchemaContents(client, TARGET_SCHEMA);
  });
}
