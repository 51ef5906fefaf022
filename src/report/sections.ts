import { summarizeChunks } from './chunk-summary.ts';
import { equationText, totals } from './equation.ts';
import { formatBytes, formatCount, formatSeconds } from './format.ts';
import type { ReportData } from './report-data.ts';

/** A table of a report: `numeric` columns are set to the right. */
export interface Section {
  readonly title: string;
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** Sums below the rows. */
  readonly footer: readonly string[] | null;
  /** Said where there are no rows. */
  readonly empty: string;
}

const text = (name: string) => ({ name, numeric: false });
const figure = (name: string) => ({ name, numeric: true });

/** Every table of the report, in reading order. */
export function reportSections(report: ReportData): readonly Section[] {
  return [tablesSection(report), failuresSection(report), rejectsSection(report), adjustmentsSection(report), chunksSection(report)].filter(
    (section) => section !== null,
  );
}

function tablesSection({ tables }: ReportData): Section {
  const sum = totals(tables);
  const counts = (of: Readonly<Record<keyof typeof sum, number | null>>): string[] =>
    [of.source, of.loaded, of.merged, of.rejected, of.adjusted].map(formatCount);
  return {
    title: 'Tables',
    columns: [
      text('table'),
      text('state'),
      ...['source', 'loaded', 'merged', 'rejected', 'adjusted', 'time'].map(figure),
      text('adds up'),
      text('proof'),
    ],
    rows: tables.map((table) => [
      table.table,
      table.state,
      ...counts(table),
      formatSeconds(table.seconds),
      equationText(table),
      table.proof ?? 'none',
    ]),
    footer: ['all', '', ...counts(sum), '', '', ''],
    empty: 'No table was planned.',
  };
}

function failuresSection({ tables }: ReportData): Section | null {
  const rows = tables.flatMap(({ table, failure }) => (failure === null ? [] : [[table, failure.type, failure.message]]));
  return rows.length === 0
    ? null
    : { title: 'Tables that failed', columns: ['table', 'type', 'cause'].map(text), rows, footer: null, empty: '' };
}

function rejectsSection({ rejects }: ReportData): Section {
  return {
    title: 'Rows kept out',
    columns: [...['table', 'source', 'source table', 'reason'].map(text), ...['rows', 'replayed'].map(figure)],
    rows: rejects.map((reject) => [
      reject.table,
      reject.source,
      reject.sourceTable,
      reject.reason,
      formatCount(reject.rows),
      formatCount(reject.replayed),
    ]),
    footer: null,
    empty: 'No row was kept out.',
  };
}

function adjustmentsSection({ adjustments }: ReportData): Section {
  return {
    title: 'Rows changed to fit',
    columns: [...['table', 'column', 'reason', 'side source'].map(text), figure('rows')],
    rows: adjustments.map((change) => [
      change.table,
      change.column ?? '',
      change.reason,
      change.sideSource ?? '',
      formatCount(change.rows),
    ]),
    footer: null,
    empty: 'No row was changed.',
  };
}

function chunksSection({ chunks }: ReportData): Section {
  return {
    title: 'Chunks',
    columns: [text('table'), ...['chunks', 'done', 'rows', 'bytes', 'time', 'retries'].map(figure), text('workers')],
    rows: summarizeChunks(chunks).map((sum) => [
      sum.table,
      formatCount(sum.chunks),
      formatCount(sum.done),
      formatCount(sum.rows),
      formatBytes(sum.bytes),
      formatSeconds(sum.seconds),
      formatCount(sum.retries),
      sum.workers.join(', '),
    ]),
    footer: null,
    empty: 'No chunk was planned.',
  };
}
