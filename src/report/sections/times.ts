import { summarizeChunks } from '../chunk-summary.ts';
import { formatBytes, formatCount, formatSeconds } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { phaseTimes, runWindow, type Span } from '../run-times.ts';
import { scaleOf } from '../scale.ts';
import { bars, figure, text, type Section } from '../section.ts';
import { lanesByWorker } from '../worker-lanes.ts';

const TONES = { work: 'work', pause: 'pause', stopped: 'stopped' } as const satisfies Record<Span['kind'], string>;
const WORDS = { work: '', pause: ', paused', stopped: ', stopped' } as const satisfies Record<Span['kind'], string>;

/** Where the time went: each phase on the run's own clock. */
export function phasesSection(report: ReportData): Section {
  const window = runWindow(report);
  const place = scaleOf(window);
  const times = phaseTimes(report);
  // A run that went through has neither.
  const idle = (['paused', 'stopped'] as const).filter((name) => times.some((time) => time[name] > 0));
  return {
    id: 'phases',
    title: 'Time by phase',
    note: `From left to right: ${formatSeconds((window.to - window.from) / 1000)}, from the start of preflight to the end.`,
    columns: [text('phase'), bars(''), ...['worked', ...idle].map(figure)],
    rows: times.map((time) => [
      time.phase,
      {
        lanes: [
          time.spans.map(({ phase, kind, from, to }) => ({
            ...place(from, to),
            tone: TONES[kind],
            title: `${phase}${WORDS[kind]}: ${formatSeconds((to - from) / 1000)}`,
          })),
        ],
      },
      formatSeconds(time.work),
      ...idle.map((name) => (time[name] === 0 ? '' : formatSeconds(time[name]))),
    ]),
    footer: null,
    empty: 'The ledger has no times of phases: an earlier version of this program made the run.',
  };
}

/** The copy of each table on the copy's own clock, and how fast it was. */
export function copySection({ chunks }: ReportData): Section {
  const sums = summarizeChunks(chunks).filter((sum) => sum.chunks > 0);
  const timed = sums.flatMap(({ from, to }) => (from === null || to === null ? [] : [{ from, to }]));
  const window = { from: timed.reduce((a, b) => Math.min(a, b.from), Infinity), to: timed.reduce((a, b) => Math.max(a, b.to), -Infinity) };
  const place = scaleOf(window);
  const seconds = timed.length === 0 ? null : (window.to - window.from) / 1000;
  const rows = sums.reduce((total, sum) => total + sum.rows, 0);
  const bytes = sums.reduce((total, sum) => total + sum.bytes, 0);
  return {
    id: 'copy',
    title: 'Time by table, copying',
    note:
      seconds === null
        ? 'No chunk has landed.'
        : `From left to right: ${formatSeconds(seconds)}, from the first chunk to the last. Tables share the workers.`,
    columns: [text('table'), bars(''), ...['time', 'rows', 'rows / s', 'bytes', 'chunks', 'retries'].map(figure)],
    rows: sums.map((sum) => [
      sum.table,
      {
        lanes: [
          sum.from === null || sum.to === null
            ? []
            : [{ ...place(sum.from, sum.to), tone: 'work' as const, title: `${sum.table}: ${formatSeconds(sum.seconds)}` }],
        ],
      },
      formatSeconds(sum.seconds),
      formatCount(sum.rows),
      speed(sum.rows, sum.seconds),
      formatBytes(sum.bytes),
      sum.done === sum.chunks ? formatCount(sum.chunks) : `${formatCount(sum.done)} of ${formatCount(sum.chunks)}`,
      formatCount(sum.retries),
    ]),
    footer:
      sums.length === 0 ? null : ['all', '', formatSeconds(seconds), formatCount(rows), speed(rows, seconds), formatBytes(bytes), '', ''],
    empty: 'No chunk was planned.',
  };
}

/** Who copied what, and when: a bar is a chunk. */
export function workersSection({ chunks }: ReportData): Section {
  const workers = lanesByWorker(chunks);
  return {
    id: 'workers',
    title: 'Chunks by worker',
    note: 'Each bar is a chunk, on the clock of the copy; the tone changes with the table. A marked one took more than one attempt.',
    columns: [text('worker'), bars(''), ...['chunks', 'rows', 'busy'].map(figure)],
    rows: workers.map((worker) => [
      worker.worker,
      { lanes: worker.lanes },
      formatCount(worker.chunks),
      formatCount(worker.rows),
      formatSeconds(worker.busy),
    ]),
    footer: null,
    empty: 'No chunk has landed.',
  };
}

function speed(rows: number, seconds: number | null): string {
  return seconds === null || seconds <= 0 || rows === 0 ? '—' : formatCount(rows / seconds);
}
