import type { Outcome } from './trial.ts';

/** Outcomes by fault: where they struck, how often, how they ended, and the median of the seconds lost against an undisturbed run. */
export function tableOf(outcomes: readonly Outcome[], seconds: { readonly empty: number; readonly finished: number } | null): string {
  const byFault = group(outcomes);
  const lines = [...byFault]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fault, all]) => {
      const equal = all.filter((outcome) => outcome.verdict === 'equal').length;
      const phases = [...new Set(all.map((outcome) => outcome.where.split(' ')[0]!))].join(', ');
      const lost = seconds === null ? [] : all.map((outcome) => outcome.seconds - seconds[outcome.begin]).sort((a, b) => a - b);
      const median = lost.length === 0 ? '' : lost[Math.floor(lost.length / 2)]!.toFixed(1);
      return `| ${fault} | ${all.some((o) => o.where === fault) ? '' : phases} | ${all.length} | ${equal} equal | ${median} |`;
    });
  const equal = outcomes.filter((outcome) => outcome.verdict === 'equal').length;
  const wrong = outcomes.filter((outcome) => outcome.verdict !== 'equal').map((o) => `- ${o.fault} (${o.where}, ${o.begin}): ${o.verdict}`);
  return [
    '| fault | phase | times | outcome | seconds lost (median) |',
    '|---|---|---:|---|---:|',
    ...lines,
    '',
    `${outcomes.length} runs: ${equal} equal end states, ${outcomes.length - equal} not.`,
    ...wrong,
  ].join('\n');
}

function group(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) groups.set(outcome.fault, [...(groups.get(outcome.fault) ?? []), outcome]);
  return groups;
}
