import type pg from 'pg';
import type { Command } from 'commander';
import { latestRunId } from '../db/ledger/latest.ts';
import {
  readAdjustments,
  readRejects,
  type AdjustmentNote,
  type NoteFilter,
  type RejectNote,
  type ShownKey,
} from '../db/ledger/notes-reader.ts';
import { formatCount } from '../report/format.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { noSuchRun, parseRun } from './run-option.ts';
import { readTarget } from './read-target.ts';
import { textTable, type TextColumn } from './screen/text-table.ts';

interface Options {
  readonly table?: string;
  readonly reason?: string;
  readonly run?: string;
  readonly adjusted?: true;
  readonly json?: true;
}

export function rejectsCommand(context: CliContext): Command {
  return command('rejects', 'rows kept out of the target, and why; with --adjusted, rows changed to fit: keys and reasons, never values', [
    'rejects --table role_assignments',
    'rejects --adjusted --reason handle_twin   # who lost a handle to whom, by id',
    'rejects --json > rejects.json',
  ])
    .option('--table <T>', 'only those of this target table')
    .option('--reason <R>', 'only those for this reason')
    .option('--adjusted', 'rows that were loaded with a value changed to fit, instead of rows kept out')
    .option('--run <ID>', 'of which run; the newest unless given', parseRun)
    .action((options: Options) => rejects(options, context));
}

async function rejects(options: Options, context: CliContext): Promise<void> {
  const { config } = readSettings(context);
  const read = async <T>(notes: (client: pg.ClientBase, filter: NoteFilter) => Promise<T>) => {
    const found = await readTarget(config, 'rejects', async (client) => {
      const run = await latestRunId(client, options.run ?? null);
      if (run === null) return null;
      return { run, notes: await notes(client, { run, table: options.table ?? null, reason: options.reason ?? null }) };
    });
    if (found === null) throw noSuchRun(options.run);
    return found;
  };
  const print = (json: unknown, text: string) => context.stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : `${text}\n`);
  if (options.adjusted === true) {
    const { run, notes } = await read(readAdjustments);
    print({ run, adjusted: notes }, adjustedText(notes));
  } else {
    const { run, notes } = await read(readRejects);
    print({ run, rejects: notes }, rejectsText(notes));
  }
}

const column = (name: string): TextColumn => ({ name, numeric: false });
const REJECT_COLUMNS = ['table', 'reason', 'source table', 'key', 'detail'].map(column);
const ADJUSTED_COLUMNS = [...['table', 'reason', 'column', 'key', 'kept by', 'detail'].map(column), { name: 'rows', numeric: true }];

function rejectsText(notes: readonly RejectNote[]): string {
  if (notes.length === 0) return 'No row is kept out.';
  const rows = notes.map((note) => [note.table, note.reason, `${note.source}.${note.sourceTable}`, keyText(note.key), note.detail ?? '']);
  const sum = summary(notes.map(({ reason }) => ({ reason, rows: 1 })));
  return `${textTable(REJECT_COLUMNS, rows)}\n\n${sum} kept out. After a fix: identity-migrate replay.`;
}

function adjustedText(notes: readonly AdjustmentNote[]): string {
  if (notes.length === 0) return 'No row was changed.';
  const rows = notes.map((note) => [
    ...[note.table, note.reason, note.column ?? '', note.key === null ? '' : keyText(note.key), note.keptBy ?? '', note.detail ?? ''],
    formatCount(note.rows),
  ]);
  return `${textTable(ADJUSTED_COLUMNS, rows)}\n\n${summary(notes)} changed to fit.`;
}

/** `user_id 4711, email_id 5` */
function keyText(key: ShownKey): string {
  return Object.entries(key)
    .map(([name, value]) => `${name} ${value ?? 'null'}`)
    .join(', ');
}

/** `291 rows (orphan 200, null_key 91)` */
function summary(notes: readonly { readonly reason: string; readonly rows: number }[]): string {
  const byReason = new Map<string, number>();
  for (const { reason, rows } of notes) byReason.set(reason, (byReason.get(reason) ?? 0) + rows);
  const all = [...byReason.values()].reduce((sum, rows) => sum + rows, 0);
  const parts = [...byReason].toSorted((a, b) => b[1] - a[1]).map(([reason, rows]) => `${reason} ${formatCount(rows)}`);
  return `${formatCount(all)} ${all === 1 ? 'row' : 'rows'} (${parts.join(', ')})`;
}
