import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { MigrationError } from '../../src/failures.ts';
import { createLogger, temporalLogger } from '../../src/log.ts';

function collect(): { readonly lines: Record<string, unknown>[]; write(text: string): void } {
  const lines: Record<string, unknown>[] = [];
  return { lines, write: (text) => void lines.push(JSON.parse(text)) };
}

test('one JSON object a line, from the level on', () => {
  const stream = collect();
  const log = createLogger('info', stream);
  log.debug('unheard');
  log.info({ table: 'users' }, 'copied');
  expect(stream.lines).toEqual([{ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), table: 'users', msg: 'copied' }]);
});

test('secrets that slip in are hidden', () => {
  const stream = collect();
  createLogger('info', stream).info({ url: 'postgres://u:hunter2@h/d', server: { password: 'hunter2' } }, 'connected');
  expect(JSON.stringify(stream.lines)).not.toContain('hunter2');
});

test('serves the Temporal SDK, errors and big numbers included', () => {
  const stream = collect();
  const log = temporalLogger(createLogger('warn', stream));
  log.info('unheard');
  log.warn('slow', { runId: 'r', taken: 12n });
  log.log('ERROR', 'failed', { error: new MigrationError('TargetBusy', { message: 'cause' }) });
  expect(stream.lines).toMatchObject([
    { level: 'warn', msg: 'slow', runId: 'r', taken: 12 },
    { level: 'error', msg: 'failed', error: { message: 'cause' } },
  ]);
});

test('an error shows its text only where that is ours: any other may quote a row', () => {
  const stream = collect();
  const log = createLogger('info', stream);
  const driver = Object.assign(new Error('duplicate key\n    at Key (email)=(hunter2):1:1'), { code: '23505', detail: 'hunter2' });
  log.error({ error: driver }, 'failed');
  log.error({ err: new TypeError('Cannot convert hunter2 to a BigInt', { cause: driver }) }, 'failed');
  log.error({ error: 'hunter2' }, 'failed');
  log.error(
    { error: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED', syscall: 'connect' }) },
    'failed',
  );
  expect(JSON.stringify(stream.lines)).not.toContain('hunter2');
  expect(stream.lines).toMatchObject([
    { error: { type: 'Error', code: '23505', stack: expect.stringMatching(/^\s+at .*log\.test\.ts:\d+/) as string } },
    { err: { type: 'TypeError', cause: { code: '23505' } } },
    { error: { type: 'string' } },
    { error: { message: 'connect ECONNREFUSED 127.0.0.1:1' } },
  ]);
});

test("a workflow's failure shows our text, though it comes out of its thread without its class; nothing else does", () => {
  const stream = collect();
  const log = temporalLogger(createLogger('info', stream));
  const text = 'input has "dryrun", which is not a field.';
  const failure = structuredClone(ApplicationFailure.nonRetryable(text, 'InvalidInput'));
  expect(failure.name).toBe('Error');
  log.warn('Workflow failed', { error: failure });
  for (const Foreign of [Error, TypeError]) log.warn('Workflow failed', { error: structuredClone(new Foreign('hunter2')) });
  log.warn('Workflow failed', { error: structuredClone(new Error('ApplicationFailure: hunter2')) });
  log.warn('Workflow failed', { error: new Error('x', { cause: structuredClone(new RangeError('hunter2')) }) });
  expect(stream.lines[0]).toMatchObject({ error: { type: 'ApplicationFailure', message: text } });
  expect(JSON.stringify(stream.lines.slice(1))).not.toContain('hunter2');
});

test("Temporal's own lines lose their long task token", () => {
  const stream = collect();
  temporalLogger(createLogger('info', stream)).warn('Activity failed', { taskToken: 'C'.repeat(400), activityId: '7' });
  expect(stream.lines).toEqual([{ level: 'warn', time: expect.any(String) as string, activityId: '7', msg: 'Activity failed' }]);
});
