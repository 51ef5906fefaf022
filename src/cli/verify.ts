import type { Command } from 'commander';
import { verifyTarget } from '../phases/verify-target/verify-target.ts';
import type { VerifyReport } from '../phases/verify-target/verify-report.ts';
import { formatCount } from '../report/format.ts';
import { Blocked } from './cli-error.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { engineOf } from './engine.ts';
import { textTable } from './screen/text-table.ts';

export function verifyCommand(context: CliContext): Command {
  return command('verify', 'prove again, now, that the finished target and the sources agree: every row, both engines; reads only', [
    'verify',
    'verify --json',
  ]).action((options: { readonly json?: true }) => verify(options, context));
}

async function verify(options: { readonly json?: true }, context: CliContext): Promise<void> {
  const engine = engineOf(readSettings(context).config);
  const attempt = { signal: context.signal, beat: () => undefined };
  const report = await verifyTarget(engine, attempt, ({ table, differing }) => {
    context.stderr.write(`${table}: ${differing === 0 ? 'agrees' : `${formatCount(differing)} rows differ`}\n`);
  });
  context.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : `${reportText(report)}\n`);
  if (report.verdict === 'agree') return;
  const tables = report.tables.filter((table) => table.differing > 0).map((table) => table.table);
  const checks = report.checks.filter((check) => !check.ok).map((check) => check.check);
  context.stderr.write(
    `Target and sources do not agree: ${[...tables, ...checks].join(', ')}. Next: look at the rows that verify names, and at who wrote since.\n`,
  );
  throw new Blocked('verify');
}

const COLUMNS = [
  { name: 'table', numeric: false },
  ...['source', 'target', 'merged', 'rejected', 'differing', 'bytes'].map((name) => ({ name, numeric: true })),
];

function reportText({ run, tables, checks, seconds }: VerifyReport): string {
  const rows = tables.map((table) => [
    table.table,
    ...[table.source, table.target, table.merged, table.rejected, table.differing, table.bytes].map(formatCount),
  ]);
  const differences = tables.flatMap(({ table, differences: found }) =>
    found.map(
      ({ kind, key, columns }) => `  ${table} ${JSON.stringify(key)}: ${kind}${columns.length === 0 ? '' : ` in ${columns.join(', ')}`}`,
    ),
  );
  return [
    `Run ${run}, ${seconds} s.`,
    textTable(COLUMNS, rows),
    ...checks.map(({ check, ok, what, next }) => `${ok ? 'ok ' : 'NOT'} ${check}: ${what}.${next === null ? '' : ` Next: ${next}`}`),
    ...(differences.length === 0 ? [] : ['Rows that differ, by key:', ...differences]),
  ].join('\n');
}
