import type { Output } from '../context.ts';
import type { ProgressScreen, Shown } from './screen.ts';
import { overallText, stateText } from './progress-text.ts';

const EVERY_MS = 5_000;

/** A plain line every few seconds, and at once when phase, state or reachability changes. For logs and pipes. */
export function lineScreen(output: Output, now: () => number): ProgressScreen {
  const told = new Set<string>();
  let last = { situation: '', at: Number.NEGATIVE_INFINITY };
  return {
    show(answer) {
      const situation = situationOf(answer);
      if (answer.kind === 'progress') {
        for (const notice of answer.progress.notices.filter((text) => !told.has(text))) {
          told.add(notice);
          output.write(`${notice}\n`);
        }
      }
      if (situation !== last.situation || (answer.kind === 'progress' && now() - last.at >= EVERY_MS)) {
        last = { situation, at: now() };
        output.write(`${answer.kind === 'progress' ? overallText(answer.progress) : situation}\n`);
      }
    },
    close: () => undefined,
  };
}

/** What must be said when it changes. */
function situationOf(answer: Shown): string {
  return answer.kind === 'progress' ? `${answer.progress.phase} ${stateText(answer.progress)}` : silenceText(answer.kind);
}

export function silenceText(kind: 'no-worker' | 'no-temporal'): string {
  return kind === 'no-worker'
    ? 'no worker answers; the run goes on once one does (npm run worker). Still looking.'
    : 'Temporal does not answer; the run goes on once it does. Still looking.';
}
