import { cpus, totalmem } from 'node:os';
import type { Measure } from '../measure.ts';
import type { Verdict } from './judge.ts';
import type { Sample } from './sample.ts';
import { timesTable, verdictsTable } from './tables.ts';

export interface MeasureOutcome {
  readonly measure: Measure;
  readonly size: number;
  readonly samples: readonly Sample[];
  readonly lacks: string | null;
  /** Loads that failed, or did not land what others did. */
  readonly wrong: readonly string[];
  readonly verdicts: readonly Verdict[];
}

/** What was measured, as Markdown: times per measure, then all targets, then what was not available. */
export function summaryOf(outcomes: readonly MeasureOutcome[]): string {
  const gib = Math.round(totalmem() / 2 ** 30);
  const parts = [`${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${gib} GiB, Node ${process.versions.node}`];
  for (const { measure, size, samples } of outcomes.filter((outcome) => outcome.samples.length > 0)) {
    parts.push(`## ${measure.name}: ${size.toLocaleString('en')}\n\n${measure.what}`, timesTable(samples));
  }
  parts.push('## Targets', verdictsTable(outcomes.flatMap((outcome) => outcome.verdicts)));
  const absent = outcomes.flatMap(({ measure, lacks }) => [
    ...(lacks === null ? [] : [`${measure.name}: not measured, since there is no ${lacks} here`]),
    ...measure.absentPeers().map((peer) => `${measure.name}: ${peer} is not installed`),
  ]);
  if (absent.length > 0) parts.push(`Not available:\n${absent.map((line) => `- ${line}`).join('\n')}`);
  const wrong = outcomes.flatMap((outcome) => outcome.wrong);
  if (wrong.length > 0) parts.push(`Wrong:\n${wrong.map((line) => `- ${line}`).join('\n')}`);
  return parts.join('\n\n');
}
