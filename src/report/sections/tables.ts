import { summarizeChunks } from '../chunk-summary.ts';
import { balanced, totals, type Totals } from '../equation.ts';
import { formatCount, formatSeconds } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { figure, mark, markText, text, type Section } from '../section.ts';

/** The equation of each table. */
export function tablesSection({ tables, chunks }: ReportData): Section {
  const sum = totals(tables);
  const counts = (of: Readonly<Record<keyof Totals, number | null>>): string[] =>
    [of.source, of.loaded, of.merged, of.rejected, of.adjusted].map(formatCount);
  const proved = new Map(summarizeChunks(chunks).map((chunk) => [chunk.table, `${chunk.proved} of ${chunk.chunks}`]));
  return {
    id: 'tables',
    title: 'Every row, table by table',
    note: 'Source rows = loaded + merged + kept out. Changed rows are among the loaded ones.',
    columns: [
      text('table'),
      ...['source', 'loaded', 'merged', 'kept out'].map(figure),
      mark('adds up'),
      figure('changed'),
      text('state'),
      text('proof'),
      figure('chunks proved'),
      figure('time'),
    ],
    rows: tables.map((table) => {
      const [source, loaded, merged, rejected, adjusted] = counts(table);
      return [
        ...[table.table, source!, loaded!, merged!, rejected!, markText(balanced(table)), adjusted!, table.state, table.proof ?? 'none'],
        ...[proved.get(table.table) ?? 'none', formatSeconds(table.seconds)],
      ];
    }),
    footer: tables.length === 0 ? null : footer(counts(sum)),
    empty: 'No table was planned.',
  };
}

function footer([source, loaded, merged, rejected, adjusted]: readonly string[]): string[] {
  return ['all', source!, loaded!, merged!, rejected!, '', adjusted!, '', '', '', ''];
}

export function failuresSection({ tables }: ReportData): Section | null {
  const rows = tables.flatMap(({ table, failure }) => (failure === null ? [] : [[table, failure.type, failure.message]]));
  if (rows.length === 0) return null;
  return { id: 'failures', title: 'Tables that failed', columns: ['table', 'type', 'cause'].map(text), rows, footer: null, empty: '' };
}
