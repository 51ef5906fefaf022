import { ApplicationFailure, CancelledFailure, TerminatedFailure, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ActivityFailure, RetryState } from '@temporalio/common';
import { expect, test } from 'vitest';
import { errorLine, toCliError } from '../../../src/cli/cli-error.ts';
import { runFailure } from '../../../src/cli/run/outcome.ts';
import { FAILURES, MigrationError } from '../../../src/failures.ts';

const ID = 'migrate-identity';
const ended = (cause: Error) =>
  runFailure(new WorkflowFailedError('Workflow execution failed', cause as never, RetryState.NON_RETRYABLE_FAILURE), ID);

test.each(Object.keys(FAILURES))('%s comes out with its message, next step and exit code', (type) => {
  const failure = ended(ApplicationFailure.nonRetryable('It broke. Next: mend it.', type));
  expect(failure).toMatchObject({ type, message: 'It broke.', next: 'mend it.', exitCode: type === 'InvalidInput' ? 2 : 1 });
});

test('a failure of the list is found inside what wraps it', () => {
  const inner = ApplicationFailure.nonRetryable('No room. Next: make some.', 'BackupFailed');
  const wrapped = new ActivityFailure('Activity task failed', 'backup', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', inner);
  expect(ended(wrapped)).toMatchObject({ type: 'BackupFailed', message: 'No room.' });
});

test('cancelled, terminated and unforeseen runs say what to do', () => {
  expect(ended(new CancelledFailure('cancelled'))).toMatchObject({
    type: 'Canceled',
    exitCode: 1,
    next: expect.stringContaining('start again'),
  });
  expect(ended(new TerminatedFailure('terminated'))).toMatchObject({ type: 'Terminated', exitCode: 1 });
  expect(ended(ApplicationFailure.nonRetryable('odd', 'Odd'))).toMatchObject({ type: 'Odd', message: 'odd', exitCode: 1 });
});

test('an unknown workflow id is not found; other errors are not the run’s end', () => {
  expect(runFailure(new WorkflowNotFoundError('gone', ID, undefined), ID)).toMatchObject({ type: 'NotFound', exitCode: 1 });
  expect(runFailure(new Error('connection lost'), ID)).toBeUndefined();
});

test('an error is one line', () => {
  expect(errorLine(toCliError(new MigrationError('PlanChanged', { message: 'The plan\nchanged.', next: 'start with\nfresh.' })))).toBe(
    'error: PlanChanged: The plan changed. Next: start with fresh.',
  );
  // A driver's own text may quote a row: the place in the source stands for it.
  expect(errorLine(toCliError(new Error('a bug')))).toMatch(/^error: Error: its text [^:]* is not shown, at \S+:\d+:\d+ Next: /);
});
