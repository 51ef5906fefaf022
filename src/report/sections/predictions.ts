import { compare, type Compared } from '../compare.ts';
import { formatCount } from '../format.ts';
import { groupBy } from '../group-by.ts';
import type { ReportData } from '../report-data.ts';
import { figure, mark, markText, text, type Section } from '../section.ts';

const EMPTY = 'Preflight kept no predictions of this run.';
const TOTALS = ['source', 'loaded', 'merged', 'rejected', 'adjusted'] as const;
const WORDS = { source: 'read', loaded: 'loaded', merged: 'merged', rejected: 'kept out', adjusted: 'changed' } as const;

/** Prediction beside outcome: each rule that was to touch rows, or did. */
export function rulePredictionsSection(report: ReportData): Section {
  const rows = compare(report).filter(({ reason, predicted, found }) => reason !== '' && ((predicted ?? 0) > 0 || (found ?? 0) > 0));
  return {
    id: 'predicted-rules',
    title: 'Predicted and found, by rule',
    note: 'Predicted from the sources alone, before anything was touched.',
    columns: [...['table', 'rule', 'rows are'].map(text), figure('predicted'), figure('found'), mark('as predicted')],
    rows: rows.map((one) => [one.table, one.reason, WORDS[one.kind], predictedText(one), formatCount(one.found), sameText([one])]),
    footer: null,
    empty: report.predictions.length === 0 ? EMPTY : 'No rule was to touch a row, and none did.',
  };
}

/** The same of each table's totals: `predicted → found`. */
export function tablePredictionsSection(report: ReportData): Section {
  const totals = compare(report).filter(({ reason }) => reason === '');
  return {
    id: 'predicted-tables',
    title: 'Predicted and found, by table',
    note: 'Each cell: predicted / found; a single 0 where both are.',
    columns: [text('table'), ...TOTALS.map((kind) => figure(WORDS[kind])), mark('as predicted')],
    rows: [...groupBy(totals, ({ table }) => table)].map(([table, all]) => [
      table,
      ...TOTALS.map((kind) => {
        const one = all.find((candidate) => candidate.kind === kind);
        if (one === undefined) return '—';
        // Nothing foretold, nothing found.
        return one.exact && one.predicted === 0 && one.found === 0 ? '0' : `${predictedText(one)} / ${formatCount(one.found)}`;
      }),
      sameText(all),
    ]),
    footer: null,
    empty: EMPTY,
  };
}

const predictedText = ({ predicted, exact }: Compared) =>
  exact || predicted === null ? formatCount(predicted) : `about ${formatCount(predicted)}`;

/** An estimate can neither hold nor fail. */
function sameText(all: readonly Compared[]): string {
  if (all.some(({ same }) => same === false)) return 'NO';
  if (all.some(({ same }) => same === true)) return markText(true);
  return all.some(({ exact }) => !exact) ? 'estimate' : markText(null);
}
