import type { Answer } from '../run/ask-progress.ts';

/** An answer that has something to show. */
export type Shown = Exclude<Answer, { kind: 'nothing' }>;

/** Where a run's progress is shown. */
export interface ProgressScreen {
  show(answer: Shown): void;
  /** Leaves the last picture and frees the terminal. */
  close(): void;
}
