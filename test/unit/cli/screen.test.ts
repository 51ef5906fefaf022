import { describe, expect, test } from 'vitest';
import { pictureLines } from '../../../src/cli/screen/bar-screen.ts';
import { lineScreen } from '../../../src/cli/screen/line-screen.ts';
import { overallText, tableText } from '../../../src/cli/screen/progress-text.ts';
import { resultSummary } from '../../../src/cli/screen/summary.ts';
import { textTable } from '../../../src/cli/screen/text-table.ts';
import type { Progress, TableProgress } from '../../../src/contract.ts';

const users: TableProgress = {
  table: 'users',
  state: 'copying',
  rows: { done: 400_000, of: 1_000_000 },
  rowsPerSecond: 310_000,
  chunks: { done: 2, of: 5 },
  rejected: 0,
  adjusted: 12,
};
const copying: Progress = {
  run: 'r',
  phase: 'copy',
  state: 'running',
  waitingFor: null,
  step: { done: 31, of: 260 },
  concurrency: 4,
  rows: { done: 1_200_000, of: 5_100_000 },
  bytes: 91_000_000,
  seconds: 14.2,
  secondsLeft: 46,
  tables: [users],
  notices: [],
};

describe('a line of progress', () => {
  test('says phase, step, state, rows, speed and time left', () => {
    expect(overallText(copying)).toBe('copy 31/260 · running · 1,200,000 of 5,100,000 rows · 310,000 rows/s · 46.0 s left');
  });

  test('names the server that is waited for', () => {
    expect(overallText({ ...copying, state: 'waiting', waitingFor: 'source common_oltp' })).toContain('waiting for source common_oltp');
  });

  test('leaves out what is not known', () => {
    const early = { ...copying, phase: 'lock' as const, step: { done: 0, of: 0 }, rows: { done: 0, of: 0 }, secondsLeft: null, tables: [] };
    expect(overallText(early)).toBe('lock · running');
  });
});

describe('a bar', () => {
  test('is as full as the table', () => {
    expect(tableText(users)).toBe(
      'users                     ██████████░░░░░░░░░░░░░░  40%  400,000/1,000,000  310,000/s  chunks 2/5  12 adjusted',
    );
  });

  test('never runs over, whatever the estimate was', () => {
    expect(tableText({ ...users, rows: { done: 7, of: 5 } })).toContain(`${'█'.repeat(24)} 100%`);
    expect(tableText({ ...users, rows: { done: 0, of: 0 } })).toContain(`${'░'.repeat(24)}   0%`);
  });

  test('is shown for tables that are copied now or failed, as many as fit', () => {
    const tables = ['a', 'b', 'c', 'd'].map((table) => ({ ...users, table }));
    const others = [{ ...users, table: 'z', state: 'done' as const }];
    expect(pictureLines({ ...copying, tables: [...others, ...tables] }, 24)).toHaveLength(5);
    const few = pictureLines({ ...copying, tables: [...others, ...tables] }, 6);
    expect(few).toHaveLength(4);
    expect(few.at(-1)).toBe('… and 2 more');
    expect(pictureLines({ ...copying, tables: [{ ...users, state: 'failed' }] }, 24)[1]).toContain('FAILED');
  });
});

describe('plain lines', () => {
  function screen() {
    const seen: string[] = [];
    const clock = { now: 0 };
    const lines = lineScreen({ write: (text) => seen.push(text.trimEnd()) }, () => clock.now);
    return { seen, clock, show: (progress: Progress) => lines.show({ kind: 'progress', progress }), lines };
  }

  test('come every five seconds, and at once with a new phase or state', () => {
    const { seen, clock, show } = screen();
    for (clock.now = 0; clock.now < 10_000; clock.now += 1_000) {
      show(copying);
    }
    expect(seen).toHaveLength(2);
    show({ ...copying, phase: 'verify' });
    show({ ...copying, phase: 'verify', state: 'paused' });
    show({ ...copying, phase: 'verify', state: 'waiting', waitingFor: 'target' });
    expect(seen).toHaveLength(5);
  });

  test('say once that no worker or no Temporal answers', () => {
    const { seen, show, lines } = screen();
    show(copying);
    lines.show({ kind: 'no-worker' });
    lines.show({ kind: 'no-worker' });
    lines.show({ kind: 'no-temporal' });
    show(copying);
    expect(seen.map((line) => line.split(';')[0])).toEqual([
      overallText(copying),
      'no worker answers',
      'Temporal does not answer',
      overallText(copying),
    ]);
  });

  test('tell each notice once', () => {
    const { seen, show } = screen();
    show({ ...copying, notices: ['resuming run r'] });
    show({ ...copying, notices: ['resuming run r', 'Pause was asked for.'] });
    expect(seen.filter((line) => line === 'resuming run r')).toHaveLength(1);
    expect(seen).toContain('Pause was asked for.');
  });
});

describe('the summary', () => {
  const tables = [
    { table: 'users', source: 1_000, loaded: 990, merged: 0, rejected: 10, adjusted: 3, seconds: 1.234, proof: 'full' as const },
    { table: 'roles', source: 20, loaded: 20, merged: 0, rejected: 0, adjusted: 0, seconds: 0.1, proof: 'none' as const },
  ];

  test('has a line for each table, sums and the report', () => {
    const text = resultSummary({ status: 'done', run: 'r-1', planHash: 'h', tables, seconds: 9.5, reportPath: '/reports/r-1.md' });
    expect(text.split('\n')).toEqual([
      'table  source  loaded  merged  rejected  adjusted  seconds  proof',
      '─────  ──────  ──────  ──────  ────────  ────────  ───────  ─────',
      'users   1,000     990       0        10         3     1.23  full',
      'roles      20      20       0         0         0     0.10  none',
      '─────  ──────  ──────  ──────  ────────  ────────  ───────  ─────',
      'all     1,020   1,010       0        10         3     9.50',
      '',
      'Run r-1 is done in 9.5 s.',
      'Report: /reports/r-1.md',
      '',
    ]);
  });

  test('of a dry run says that nothing was written', () => {
    expect(resultSummary({ status: 'predicted', run: null, planHash: 'h', tables, seconds: 1, reportPath: null })).toContain(
      'Nothing was written.',
    );
  });
});

test('a table without rows is its headings', () => {
  expect(
    textTable(
      [
        { name: 'a', numeric: true },
        { name: 'bb', numeric: false },
      ],
      [],
    ),
  ).toBe('a  bb\n─  ──');
});
