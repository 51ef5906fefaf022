import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disagreements, judge } from '../../bench/outcome/judge.ts';
import { figureOf, timeAgainst, timesFaster, type Sample } from '../../bench/outcome/sample.ts';
import { spreadOf } from '../../bench/outcome/spread.ts';
import { timesTable, verdictsTable } from '../../bench/outcome/tables.ts';

const sample = (contender: string, round: number, seconds: number, more: Partial<Sample> = {}): Sample => ({
  ...{ measure: 'm', size: 10, contender, round, seconds, rows: 1_000, checksum: '7', figures: {}, error: null, revision: 'r' },
  ...more,
});

describe('a spread', () => {
  test('of none, an odd and an even number of figures', () => {
    expect(spreadOf([])).toBeNull();
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, count: 3 });
    expect(spreadOf([4, 1, 3, 2])).toMatchObject({ median: 2.5 });
  });

  test('has as many figures below the median as above it, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }), (figures) => {
        const { median, least, most } = spreadOf(figures)!;
        expect(figures.filter((figure) => figure < median).length).toBeLessThanOrEqual(figures.length / 2);
        expect(figures.filter((figure) => figure > median).length).toBeLessThanOrEqual(figures.length / 2);
        expect([least, most]).toEqual([Math.min(...figures), Math.max(...figures)]);
        expect(spreadOf(figures.toReversed())).toEqual(spreadOf(figures));
      }),
    );
  });
});

describe('a target', () => {
  const faster = { name: 'faster', unit: '×', bound: { atLeast: 5 }, of: timesFaster('ours', ['slow', 'slower']) };

  test('is judged by the median of its rounds, each against the best of the others in it', () => {
    const samples = [1, 2, 3].flatMap((round) => [
      sample('ours', round, 1),
      sample('slow', round, [4, 6, 7][round - 1]!),
      sample('slower', round, 9),
    ]);
    expect(judge([faster], samples)).toEqual([
      { target: 'faster', unit: '×', bound: { atLeast: 5 }, spread: { median: 6, least: 4, most: 7, count: 3 }, verdict: 'met' },
    ]);
  });

  test('is missed just beside its bound, and met on it', () => {
    const verdictOf = (seconds: number) => judge([faster], [sample('ours', 1, 1), sample('slow', 1, seconds)])[0]!.verdict;
    expect([verdictOf(4.999), verdictOf(5)]).toEqual(['missed', 'met']);
    const most = { ...faster, bound: { atMost: 0.6 }, of: timeAgainst('ours', 'slow') };
    const verdictOfTime = (seconds: number) => judge([most], [sample('ours', 1, seconds), sample('slow', 1, 10)])[0]!.verdict;
    expect([verdictOfTime(6), verdictOfTime(6.01)]).toEqual(['met', 'missed']);
  });

  test('is not measured where no round has both, or one of them failed', () => {
    const failed = sample('slow', 1, 0, { error: 'it hung' });
    expect(judge([faster], [sample('ours', 1, 1), failed, sample('slow', 2, 9)])[0]).toMatchObject({
      spread: null,
      verdict: 'not measured',
    });
  });

  test('may be one of a contender’s own figures', () => {
    const memory = { name: 'memory', unit: 'MB', bound: { atMost: 400 }, of: figureOf('ours', 'memoryMb') };
    expect(judge([memory], [sample('ours', 1, 1, { figures: { memoryMb: 401 } })])[0]!.verdict).toBe('missed');
  });
});

test('loads that end otherwise than those that should be alike are named', () => {
  const samples = [
    sample('a', 1, 1),
    sample('b', 1, 1, { checksum: '8' }),
    sample('c', 1, 1, { rows: 999 }),
    sample('d', 1, 1, { checksum: '9' }),
  ];
  expect(disagreements(samples, [['a', 'b', 'c'], ['d']])).toEqual([
    'm: b, round 1, landed 1000 rows with checksum 8; a, round 1, 1000 with 7.',
    'm: c, round 1, landed 999 rows with checksum 7; a, round 1, 1000 with 7.',
  ]);
});

test('tables show medians and ranges, what failed, and what was met', () => {
  const samples = [
    ...[1, 2, 3].map((round) => sample('mysql | psql', round, round * 10, { rows: 3_000_000, figures: { memoryMb: 100 * round } })),
    sample('broken', 1, 0, { error: 'heap\nexhausted' }),
  ];
  expect(timesTable(samples).split('\n').slice(2)).toEqual([
    '| mysql \\| psql | 20 [10–30] | 150 | memoryMb 200 |',
    '| broken | failed: heap exhausted | | |',
  ]);
  const verdict = { target: 't', unit: '×', bound: { atLeast: 0.9 }, spread: spreadOf([0.991, 1.004, 123.4]), verdict: 'met' } as const;
  expect(
    verdictsTable([verdict, { ...verdict, spread: null, verdict: 'not measured' }])
      .split('\n')
      .slice(2),
  ).toEqual(['| t | ≥ 0.9 × | 1 [0.991–123] × | met |', '| t | ≥ 0.9 × |  | not measured |']);
});
