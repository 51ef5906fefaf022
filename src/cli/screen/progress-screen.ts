import type { Output } from '../context.ts';
import type { Answer } from '../run/ask-progress.ts';
import { barScreen } from './bar-screen.ts';
import { lineScreen } from './line-screen.ts';

/** An answer that has something to show. */
export type Shown = Exclude<Answer, { kind: 'nothing' }>;

/** Where a run's progress is shown. */
export interface ProgressScreen {
  show(answer: Shown): void;
  /** Leaves the last picture and frees the terminal. */
  close(): void;
}

/** Live bars on a terminal, plain lines otherwise. */
export function progressScreen(output: Output): ProgressScreen {
  return output.isTTY === true ? barScreen(output) : lineScreen(output, Date.now);
}

/** Milliseconds between two looks at the run. */
export function lookEvery(output: Output): number {
  return output.isTTY === true ? 400 : 1000;
}
