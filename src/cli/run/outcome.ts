import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowContinuedAsNewError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { isFailureType } from '../../failures.ts';
import type { CliError } from '../cli-error.ts';
import { CliError as Failure, fromFailure } from '../cli-error.ts';
import { ExitCode, exitCodeOf } from '../exit-code.ts';

const AGAIN = 'start again: what has landed is not copied again.';

/** The error with which `handle.result()` rejected, as the command's own; undefined for anything but the run's end. */
export function runFailure(error: unknown, workflowId: string): CliError | undefined {
  if (error instanceof WorkflowNotFoundError) {
    return notFound(workflowId);
  }
  if (error instanceof WorkflowContinuedAsNewError || !(error instanceof WorkflowFailedError)) {
    return undefined;
  }
  const causes = chain(error.cause);
  const known = causes.findLast((cause) => cause instanceof ApplicationFailure && isFailureType(cause.type));
  if (known instanceof ApplicationFailure && isFailureType(known.type)) {
    return fromFailure(known.type, known.message, exitCodeOf(known.type));
  }
  const first = causes[0];
  if (first instanceof CancelledFailure) {
    return new Failure('Canceled', `The run of workflow ${workflowId} was cancelled.`, AGAIN);
  }
  if (first instanceof TerminatedFailure) {
    return new Failure('Terminated', `The run of workflow ${workflowId} was terminated.`, AGAIN);
  }
  if (first instanceof TimeoutFailure) {
    return new Failure('TimedOut', `The run of workflow ${workflowId} ran out of its time.`, AGAIN);
  }
  const innermost = causes.at(-1);
  const type = innermost instanceof ApplicationFailure ? (innermost.type ?? 'Failed') : 'Failed';
  return fromFailure(type, innermost?.message ?? error.message, ExitCode.Failed);
}

export function notFound(workflowId: string): CliError {
  return new Failure(
    'NotFound',
    `There is no run with workflow id ${workflowId}.`,
    'start one: identity-migrate start; or name another with --workflow-id.',
  );
}

function chain(error: Error | undefined): Error[] {
  const causes: Error[] = [];
  for (let cause: unknown = error; cause instanceof Error && causes.length < 10; cause = cause.cause) {
    causes.push(cause);
  }
  return causes;
}
