import { expect, test } from 'vitest';
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
  log.log('ERROR', 'failed', { error: new Error('cause') });
  expect(stream.lines).toMatchObject([
    { level: 'warn', msg: 'slow', runId: 'r', taken: 12 },
    { level: 'error', msg: 'failed', error: { message: 'cause' } },
  ]);
});
