import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { Disposition, FAILURES, isFailureType, type FailureType } from '../src/failures.ts';

/** A failure as the workflow sees it, whatever it was wrapped in. */
export interface SeenFailure {
  readonly type: FailureType | 'NoWorker' | 'Unknown';
  readonly message: string;
}

export function seen(error: unknown): SeenFailure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return { type: 'NoWorker', message: 'a worker: the one that had the task went silent' };
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) return { type: cause.type, message: cause.message };
  return { type: 'Unknown', message: cause instanceof Error ? cause.message : String(cause) };
}

/** True where waiting may help: a server that is away, a lock, a worker that died or has other databases. */
export function isPassing(failure: SeenFailure): boolean {
  if (failure.type === 'NoWorker') return true;
  return failure.type !== 'Unknown' && FAILURES[failure.type] === Disposition.Retry;
}

/** True where only the table fails. A failure that nobody foresaw is the table's as well: the others finish. */
export function failsTable(failure: SeenFailure): boolean {
  return failure.type === 'Unknown' || (failure.type !== 'NoWorker' && FAILURES[failure.type] === Disposition.FailTable);
}

/** The failure that ends the workflow: of the closed list, so that runbooks can branch on it. */
export function runFailure(type: FailureType, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
