import { PHASES, type Phase } from '../contract.ts';
import type { ReportData } from './report-data.ts';

/** A stretch of a run; times are milliseconds since 1970. */
export interface Span {
  readonly phase: Phase;
  readonly kind: 'work' | 'pause' | 'stopped';
  readonly from: number;
  readonly to: number;
}

export interface PhaseTime {
  readonly phase: Phase;
  readonly work: number;
  readonly paused: number;
  readonly stopped: number;
  readonly spans: readonly Span[];
}

type Timed = Pick<ReportData, 'events' | 'startedAt' | 'finishedAt' | 'seconds'>;

/** When the run began (its preflight included, where Temporal said when) and ended, or until when it is told. */
export function runWindow({ events, startedAt, finishedAt, seconds }: Timed): { readonly from: number; readonly to: number } {
  const first = events.find((event) => event.event === 'start');
  const asked = first?.event === 'start' && first.askedAt !== null ? Date.parse(first.askedAt) : Infinity;
  const began = Date.parse(startedAt);
  return { from: Math.min(began, asked), to: finishedAt === null ? began + seconds * 1000 : Date.parse(finishedAt) };
}

/** The run cut into its phases, pauses and stops, from what was written down when each began. Empty where nothing was. */
export function runSpans(report: Timed): readonly Span[] {
  const { events } = report;
  if (events.length === 0) return [];
  const window = runWindow(report);
  const spans: Span[] = [];
  let open: { phase: Phase; kind: Span['kind']; from: number } = { phase: 'preflight', kind: 'work', from: window.from };
  const turn = (at: number, phase: Phase, kind: Span['kind']): void => {
    if (at > open.from) spans.push({ ...open, to: at });
    open = { phase, kind, from: Math.max(at, open.from) };
  };
  for (const event of events) {
    const at = Date.parse(event.at);
    if (event.event === 'start' || event.event === 'phase') turn(at, event.phase, 'work');
    else if (event.event === 'pause') turn(at, open.phase, 'pause');
    else if (event.event === 'resume') turn(at, open.phase, 'work');
    else if (event.event === 'end') turn(at, open.phase, 'stopped');
  }
  if (open.kind !== 'stopped') turn(window.to, open.phase, open.kind);
  return spans;
}

/** Seconds by phase, in the order of a run; phases that took no time are left out. */
export function phaseTimes(report: Timed): readonly PhaseTime[] {
  const spans = runSpans(report);
  return PHASES.flatMap((phase) => {
    const own = spans.filter((span) => span.phase === phase);
    if (own.length === 0) return [];
    const of = (kind: Span['kind']) => own.reduce((sum, span) => (span.kind === kind ? sum + (span.to - span.from) / 1000 : sum), 0);
    return [{ phase, work: of('work'), paused: of('pause'), stopped: of('stopped'), spans: own }];
  });
}

/** A pause, with what the operator gave as its reason. `seconds` null: not resumed. */
export interface Pause {
  readonly at: string;
  readonly phase: Phase;
  readonly reason: string | null;
  readonly seconds: number | null;
}

export function pausesOf(report: Timed): readonly Pause[] {
  const spans = runSpans(report);
  return report.events.flatMap((event) => {
    if (event.event !== 'pause') return [];
    const span = spans.find(({ kind, from }) => kind === 'pause' && from === Date.parse(event.at));
    return [
      {
        at: event.at,
        phase: span?.phase ?? 'copy',
        reason: event.reason,
        seconds: span === undefined ? null : (span.to - span.from) / 1000,
      },
    ];
  });
}
