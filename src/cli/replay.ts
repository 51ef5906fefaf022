import type { Command } from 'commander';
import type { ReplayedTable } from '../phases/replay/replay-table.ts';
import { replayRejects } from '../phases/replay/replay.ts';
import { formatCount } from '../report/format.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { engineOf } from './engine.ts';
import { textTable } from './screen/text-table.ts';

interface Options {
  readonly table?: string;
  readonly json?: true;
}

export function replayCommand(context: CliContext): Command {
  return command('replay', 'try the rows that were kept out again, after a fix in a source or a parent', ['replay', 'replay --table users'])
    .option('--table <T>', 'only the rejects of this target table')
    .action((options: Options) => replay(options, context));
}

async function replay({ table, json }: Options, context: CliContext): Promise<void> {
  const engine = engineOf(readSettings(context).config);
  const tables = await replayRejects(engine, table ?? null, { signal: context.signal, beat: () => undefined });
  context.stdout.write(json === true ? `${JSON.stringify({ tables })}\n` : `${replayText(tables)}\n`);
}

const COLUMNS = [
  { name: 'table', numeric: false },
  ...['open', 'replayed', 'not found'].map((name) => ({ name, numeric: true })),
  { name: 'still rejected', numeric: false },
];

function replayText(tables: readonly ReplayedTable[]): string {
  if (tables.length === 0) return 'No row is kept out.';
  const rows = tables.map(({ table, open, replayed, notFound, stillRejected }) => [
    table,
    ...[open, replayed, notFound].map(formatCount),
    Object.entries(stillRejected)
      .map(([reason, count]) => `${reason} ${formatCount(count)}`)
      .join(', '),
  ]);
  return textTable(COLUMNS, rows);
}
