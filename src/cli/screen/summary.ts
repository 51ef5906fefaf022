import type { RunResult } from '../../contract.ts';
import { totals } from '../../report/equation.ts';
import { formatCount, formatSeconds } from '../../report/format.ts';
import { textTable } from './text-table.ts';

const COLUMNS = [
  { name: 'table', numeric: false },
  ...['source', 'loaded', 'merged', 'rejected', 'adjusted', 'seconds'].map((name) => ({ name, numeric: true })),
  { name: 'proof', numeric: false },
];

/** What a run did (or, in a dry run, would do), per table, with sums; then the report's path. */
export function resultSummary(result: RunResult): string {
  const rows = result.tables.map((table) => [
    table.table,
    formatCount(table.source),
    formatCount(table.loaded),
    formatCount(table.merged),
    formatCount(table.rejected),
    formatCount(table.adjusted),
    table.seconds.toFixed(2),
    table.proof,
  ]);
  const sum = totals(result.tables);
  const footer = [
    'all',
    ...[sum.source, sum.loaded, sum.merged, sum.rejected, sum.adjusted].map(formatCount),
    result.seconds.toFixed(2),
    '',
  ];
  const outcome =
    result.status === 'predicted'
      ? 'Dry run: this is what a run would do. Nothing was written.'
      : `Run ${result.run ?? ''} is done in ${formatSeconds(result.seconds)}.`;
  return [textTable(COLUMNS, rows, footer), '', outcome, ...(result.reportPath === null ? [] : [`Report: ${result.reportPath}`]), ''].join(
    '\n',
  );
}
