import type { FailureType } from '../failures.ts';

/** Exit codes of every command. */
export const ExitCode = {
  Done: 0,
  Failed: 1,
  /** Wrong usage or input. */
  Usage: 2,
  /** Found a problem that blocks (preflight, verify, drift). */
  Blocked: 3,
  Interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What a run's or command's failure means to the shell. */
export function exitCodeOf(type: FailureType): ExitCode {
  return type === 'InvalidInput' ? ExitCode.Usage : ExitCode.Failed;
}
