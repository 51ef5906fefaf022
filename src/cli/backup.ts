import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type pg from 'pg';
import { bootstrapLedger } from '../db/ledger/bootstrap.ts';
import { recordBackup } from '../db/ledger/backups.ts';
import { rolledBack, transaction } from '../db/postgres/transaction.ts';
import { TARGET_SCHEMA } from '../phases/engine.ts';
import { formatBytes, formatCount, formatSeconds } from '../report/format.ts';
import { backupSchema, type Backup } from '../schema/backup.ts';
import { rehearse, type Rehearsal } from '../schema/rehearse.ts';
import { checkMayRehearse } from '../schema/scratch-database.ts';
import { CliError } from './cli-error.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { advised, onTarget, targetOf, type Target } from './target.ts';

interface Options {
  readonly output?: string;
  readonly rehearse?: true;
  readonly json?: true;
}

export function backupCommand(context: CliContext): Command {
  return command('backup', 'a verified archive of schema identity, with its sha256 beside it', [
    'backup',
    'backup --output identity_backup.sql',
    'backup --rehearse --json',
  ])
    .option(
      '--output <FILE>',
      'write it there, over no other file: plain SQL where the name ends in .sql; a new name with the time (UTC) in BACKUP_DIR unless given',
    )
    .option('--rehearse', 'restore it into a scratch database on the same server, compare every table, and drop that')
    .action((options: Options) => backup(options, context));
}

async function backup(options: Options, context: CliContext): Promise<void> {
  const { config } = readSettings(context);
  const target = targetOf(config);
  const told = (doing: string) => void context.stderr.write(`Backup: ${doing}.\n`);
  if (options.output === '') throw new CliError('Usage', '--output is empty.', 'see --help.', ExitCode.Usage);
  const path = options.output === undefined ? null : resolve(context.directory, options.output);
  const where =
    path === null ? { directory: resolve(context.directory, config.backupDir) } : { directory: dirname(path), fileName: basename(path) };
  const inLedger = (end: typeof transaction, work: (client: pg.ClientBase) => Promise<void>) =>
    onTarget(target, 'backup', context.signal, (client) => end(client, {}, () => work(client)));
  // First of all: what would be refused at the end.
  await inLedger(rolledBack, async (client) => {
    await bootstrapLedger(client);
    if (options.rehearse === true) await checkMayRehearse(client);
  });
  const order = { schema: TARGET_SCHEMA, signal: context.signal, onProgress: told, ...placesOf(context) };
  const made = await advised(target, context.signal, () => backupSchema({ ...order, ...where, url: target.server.url }));
  told(`${made.path} is whole`);
  await inLedger(transaction, async (client) => {
    await bootstrapLedger(client);
    await recordBackup(client, null, made);
  });
  const rehearsal =
    options.rehearse === true
      ? await advised(target, context.signal, () => rehearse({ ...order, target: target.server, backup: made }))
      : null;
  context.stdout.write(`${options.json === true ? backupJson(target, made, rehearsal) : backupText(target, made, rehearsal)}\n`);
}

const placesOf = ({ places }: CliContext) => (places === undefined ? {} : { places });

function backupText(target: Target, { path, bytes, sha256, tables }: Backup, rehearsal: Rehearsal | null): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    `Backup of schema ${TARGET_SCHEMA} of ${target.description}: ${path}`,
    `${formatCount(rows)} rows in ${tables.length} tables, ${formatBytes(bytes)}, read back; sha256 ${sha256}`,
    ...(rehearsal === null
      ? []
      : [
          `Rehearsed: restored into a scratch database in ${formatSeconds(rehearsal.seconds)}; each of ${rehearsal.tables} tables has the same rows there.`,
        ]),
  ].join('\n');
}

/** `{ target, path, host, format: "custom" | "sql", bytes, sha256, tables: [{ table, rows, checksum }], rehearsal: { tables, rows, seconds } }`. */
function backupJson(target: Target, made: Backup, rehearsal: Rehearsal | null): string {
  const { path, host, format, bytes, sha256, tables } = made;
  return JSON.stringify({ target: target.description, path, host, format, bytes, sha256, tables, rehearsal });
}
