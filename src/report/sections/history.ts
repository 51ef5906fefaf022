import { formatCount, formatSeconds, formatTime } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { pausesOf } from '../run-times.ts';
import { figure, text, type Section } from '../section.ts';

/** Who started the run, how often, and why. */
export function startsSection({ events }: ReportData): Section {
  const rows = events.flatMap((event) =>
    event.event === 'start'
      ? [[String(event.epoch), formatTime(event.at), event.by ?? 'unknown', event.reason ?? '', event.phase, event.workflowId]]
      : [],
  );
  return {
    id: 'starts',
    title: 'Who started it, and why',
    columns: [figure('start'), ...['when', 'who', 'why', 'from phase', 'workflow'].map(text)],
    rows,
    footer: null,
    empty: 'The ledger does not say: an earlier version of this program made the run.',
  };
}

export function pausesSection(report: ReportData): Section | null {
  const rows = pausesOf(report).map(({ at, phase, reason, seconds }) => [formatTime(at), phase, reason ?? '', formatSeconds(seconds)]);
  if (rows.length === 0) return null;
  return { id: 'pauses', title: 'Pauses', columns: [...['when', 'phase', 'why'].map(text), figure('for')], rows, footer: null, empty: '' };
}

/** Sources that moved while they were copied, and what was copied again. */
export function movesSection({ events }: ReportData): Section | null {
  const rows = events.flatMap((event) =>
    event.event === 'moved'
      ? [[`${event.epoch}.${event.round}`, formatTime(event.at), event.table, formatCount(event.chunks), formatCount(event.rows)]]
      : [],
  );
  if (rows.length === 0) return null;
  return {
    id: 'healed',
    title: 'Sources that moved, and were copied again',
    note: 'Chunks whose source was no longer what had been copied: their rows were taken out and copied again, in one transaction each.',
    columns: [figure('round'), text('when'), text('table'), figure('chunks'), figure('rows in them')],
    rows,
    footer: null,
    empty: '',
  };
}

export function differencesSection({ differences }: ReportData): Section | null {
  if (differences.length === 0) return null;
  return {
    id: 'differences',
    title: 'Rows that differ from their source',
    note: 'Named by key in identity_migration.differences.',
    columns: [text('table'), text('how'), figure('rows')],
    rows: differences.map(({ table, kind, rows }) => [table, kind, formatCount(rows)]),
    footer: null,
    empty: '',
  };
}
