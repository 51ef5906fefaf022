import { formatCount, formatSeconds } from '../format.ts';
import { groupBy } from '../group-by.ts';
import type { ReportData, StepReport } from '../report-data.ts';
import { bars, figure, text, type Section } from '../section.ts';

/** The slowest ones that are named. */
const NAMED = 15;

const KINDS: Readonly<Record<string, string>> = {
  build: 'indexes of keys',
  unique_index: 'keys and unique indexes',
  index: 'indexes',
  reference: 'foreign keys, not validated yet',
  foreign_key: 'foreign keys, validated',
  default: 'defaults, of a table each',
  'drop carry': 'carry columns taken off',
  identity: 'identity values',
  grants: 'grants',
};

/** What constrain built, by kind: how long each took, one after the other. */
export function constraintsSection({ steps }: ReportData): Section {
  const own = steps.filter(({ list, done }) => list === 'constrain' && done);
  const byKind = [...groupBy(own, ({ kind }) => kind ?? '')].map(([kind, all]) => ({ kind, all, seconds: secondsOf(all) }));
  const most = byKind.reduce((longest, { seconds }) => Math.max(longest, seconds), 0);
  return {
    id: 'constraints',
    title: 'Keys, indexes and references',
    columns: [text('what'), bars(''), ...['how many', 'time', 'longest'].map(figure)],
    rows: byKind.map(({ kind, all, seconds }) => [
      KINDS[kind] ?? kind,
      bar(seconds, most, KINDS[kind] ?? kind),
      formatCount(all.length),
      formatSeconds(seconds),
      formatSeconds(all.reduce((longest, step) => Math.max(longest, step.seconds ?? 0), 0)),
    ]),
    footer: own.length === 0 ? null : ['all', '', formatCount(own.length), formatSeconds(secondsOf(own)), ''],
    empty: 'None was built yet.',
  };
}

/** The steps that took longest, of every phase that has steps. */
export function slowestSection({ steps }: ReportData): Section {
  const timed = steps.filter(({ seconds }) => seconds !== null).toSorted((a, b) => b.seconds! - a.seconds!);
  const named = timed.slice(0, NAMED);
  const others = timed.slice(NAMED);
  return {
    id: 'slowest',
    title: 'The longest steps',
    ...(others.length === 0
      ? {}
      : { note: `Of ${formatCount(timed.length)}; the others took ${formatSeconds(secondsOf(others))} together.` }),
    columns: [text('phase'), text('step'), bars(''), figure('time')],
    rows: named.map(({ list, step, seconds }) => [
      list === 'moves' || list === 'proof' ? 'copy' : list,
      step,
      bar(seconds!, named[0]!.seconds!, step),
      formatSeconds(seconds),
    ]),
    footer: null,
    empty: 'No step is done yet.',
  };
}

const secondsOf = (steps: readonly StepReport[]) => steps.reduce((sum, step) => sum + (step.seconds ?? 0), 0);

function bar(seconds: number, most: number, title: string) {
  return {
    lanes: [[{ from: 0, to: most === 0 ? 0 : seconds / most, tone: 'work' as const, title: `${title}: ${formatSeconds(seconds)}` }]],
  };
}
