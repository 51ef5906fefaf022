import { expect, test } from 'vitest';
import type { Progress, TableProgress } from '../../src/contract.ts';
import { SUMMARIES, summaryOf } from '../../workflows/activity-summary.ts';
import { renderDetails } from '../../workflows/details.ts';

const REF = { run: 'r', epoch: 1 };
const ARGUMENTS: Partial<Record<keyof typeof SUMMARIES, readonly unknown[]>> = {
  setState: ['paused', 'hunter2'],
  planChunks: ['users'],
  nextChunks: ['users', 50, 50],
  copyChunk: [{ table: 'users', chunk: 7 }],
  copySmallTable: ['roles'],
  finishTable: ['users'],
  failTable: ['users', { type: 'TableFailed', message: 'hunter2' }],
  endRound: [2],
  listSteps: ['constrain'],
  runStep: [{ list: 'constrain', step: 'index users_handle' }],
  endSteps: ['verify'],
  fail: [{ type: 'TableFailed', message: 'hunter2' }, 'chain'],
  abort: ['restore', 'chain'],
};
const NAMES = Object.keys(SUMMARIES) as (keyof typeof SUMMARIES)[];

test.each(NAMES)('%s has one line of its own for the timeline', (name) => {
  const line = summaryOf(name, [REF, ...(ARGUMENTS[name] ?? [])]);
  expect(line).toMatch(/^[a-z][^\n]{3,80}$/);
  expect(line).not.toMatch(/undefined|\[object|hunter2/);
  expect(NAMES.map((other) => summaryOf(other, [REF, ...(ARGUMENTS[other] ?? [])])).filter((other) => other === line)).toHaveLength(1);
});

test('names the table, the chunk, the step and the state', () => {
  const lines = ['setState', 'nextChunks', 'copyChunk', 'runStep', 'abort'] as const;
  expect(lines.map((name) => summaryOf(name, [REF, ...ARGUMENTS[name]!]))).toEqual([
    'tell the ledger: paused',
    'ask for the chunks of users after 50',
    'copy users 7',
    'index users_handle',
    'abort, and restore what was there',
  ]);
});

test('the details hold phase, state, rows, speed, time left and what is waited for; no cell of the table breaks', () => {
  const table: TableProgress = {
    ...{ table: 'users', state: 'copying', rows: { done: 400_000, of: 1_000_000 }, rowsPerSecond: 310_000 },
    ...{ chunks: { done: 2, of: 5 }, rejected: 3, adjusted: 12 },
  };
  const progress: Progress = {
    ...{ run: 'r', phase: 'copy', state: 'waiting', waitingFor: 'the target does not answer', step: { done: 31, of: 260 } },
    ...{ concurrency: 4, rows: { done: 1_200_000, of: 5_100_000 }, bytes: 1, seconds: 14.2, secondsLeft: 46, tables: [table] },
    notices: ['Pause was asked for.'],
  };
  const details = renderDetails(progress);
  expect(details).toContain('**copy** · waiting · the target does not answer');
  expect(details).toContain('step 31 of 260 · 1,200,000 of 5,100,000 rows · 14.2 s, about 46 s left · concurrency 4');
  expect(details).toContain('> Pause was asked for.');
  const rows = details.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.at(-1)!.replaceAll('\u00a0', ' ')).toBe('| users | copying | 400,000 of 1,000,000 | 310,000 | 3 |');
  expect(rows.join('')).not.toContain(' ');
});
