import type { Command } from 'commander';
import { preflightReport, type PreflightReport } from '../phases/preflight/preflight-report.ts';
import { formatBytes, formatCount } from '../report/format.ts';
import { Blocked } from './cli-error.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { engineOf } from './engine.ts';
import { readInput } from './read-input.ts';
import { textTable } from './screen/text-table.ts';

interface Options {
  readonly json?: true;
  readonly input?: string;
}

export function preflightCommand(context: CliContext): Command {
  return command(
    'preflight',
    'read both sources and the target, predict what a run would do to every table; reads only, needs no Temporal',
    ['preflight', 'preflight --json', `preflight --input '{"allowMissing": ["phone"]}'`],
  )
    .option('--input <JSON or @FILE>', 'the input that the run will have')
    .action((options: Options) => preflight(options, context));
}

async function preflight(options: Options, context: CliContext): Promise<void> {
  const engine = engineOf(readSettings(context).config);
  const given = readInput(options.input, context.directory);
  let shown = '';
  const beat = (doing: string): void => {
    if (doing !== shown) context.stderr.write(`${doing}\n`);
    shown = doing;
  };
  const report = await preflightReport(engine, given, { signal: context.signal, beat });
  context.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : `${reportText(report)}\n`);
  if (report.verdict === 'block') throw new Blocked('preflight');
}

const COLUMNS = [
  { name: 'table', numeric: false },
  ...['rows', 'bytes', 'chunks', 'seconds', 'loaded', 'merged', 'rejected', 'adjusted'].map((name) => ({ name, numeric: true })),
  { name: 'reasons', numeric: false },
];

const VERDICTS = {
  fine: 'Fine: nothing stands in the way of a run.',
  warn: 'Fine, with warnings: a run would go to its end.',
  block: 'Blocked: a run would fail.',
} as const;

function reportText({ verdict, findings, tables }: PreflightReport): string {
  const rows = tables.map((table) => [
    table.table,
    `${table.exact ? '' : '~'}${formatCount(table.rows)}`,
    formatBytes(table.bytes),
    formatCount(table.chunks),
    table.seconds.toFixed(1),
    ...[table.loaded, table.merged, table.rejected, table.adjusted].map(formatCount),
    Object.entries(table.reasons)
      .map(([reason, count]) => `${formatCount(count)} ${reason}`)
      .join(', '),
  ]);
  return [
    ...(rows.length === 0 ? [] : [textTable(COLUMNS, rows), '']),
    ...findings.map(({ level, what, cause, next }) => `${level}: ${what} ${cause}${next === '' ? '' : ` Next: ${next}`}`),
    VERDICTS[verdict],
  ].join('\n');
}
