/** What a phase of concurrent work is in, once all that may start has been started. */
export interface Standing {
  /** Activities under way. */
  readonly running: number;
  /** Nothing is left to start. */
  readonly over: boolean;
  /** An error stops the phase. */
  readonly failed: boolean;
  /** Nothing new may start in this history. */
  readonly drain: boolean;
  readonly paused: boolean;
}

/** `wait` for what runs or for an operator, `fail`, be `done`, `continue` in a fresh history, or `rest` while paused. */
export type Move = 'wait' | 'fail' | 'done' | 'continue' | 'rest';

/**
 * The way on from a standing. What runs is always waited for first, so that no activity outlives its phase. Throws RangeError where
 * nothing runs and nothing may start though work is left: a run must end with an error rather than wait for ever.
 */
export function nextMove({ running, over, failed, drain, paused }: Standing): Move {
  if (running > 0) return 'wait';
  if (failed) return 'fail';
  if (over) return 'done';
  if (drain) return 'continue';
  if (paused) return 'rest';
  throw new RangeError('Work is left, but none of it may start: each piece waits for another');
}
