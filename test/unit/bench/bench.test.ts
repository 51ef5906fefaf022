import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { helpText } from '../../bench/help.ts';
import { MEASURES, sizeFor } from '../../bench/measures.ts';
import { readOptions } from '../../bench/options.ts';
import type { Sample } from '../../bench/outcome/sample.ts';
import { cpuBetween, parseStat, ticksOf } from '../../bench/servers/cpu-clock.ts';
import { SampleStore } from '../../bench/outcome/store.ts';
import { secondsByPhase, type Event } from '../../bench/ours/seconds-by-phase.ts';

describe('options', () => {
  test('have defaults, and are checked', () => {
    expect(readOptions([])).toMatchObject({ rows: 3_000_000, rounds: 3, only: null, fresh: false });
    expect(readOptions(['--rows', '30000', '--only', 'empty', '--rounds', '1'])).toMatchObject({ rows: 30_000, only: 'empty', rounds: 1 });
    expect(readOptions(['--help'])).toBeNull();
    expect(() => readOptions(['--rows', '1e6'])).toThrow('--rows takes a whole number from 1000.');
    expect(() => readOptions(['--rounds', '0'])).toThrow('--rounds');
  });

  test('scale every measure, down to what its data allows', () => {
    const sizes = (rows: number) => Object.fromEntries(MEASURES.map((measure) => [measure.name, sizeFor(measure, rows)]));
    expect(sizes(3_000_000)).toMatchObject({ 'role-assignment': 3_000_000, client: 300_000, postgres: 2_000_000, 'whole-run': 200_000 });
    expect(sizes(300_000)).toMatchObject({ 'role-assignment': 300_000, client: 30_000, 'whole-run': 20_000, empty: 0 });
    expect(sizes(1_000)).toMatchObject({ 'whole-run': 500 });
  });

  test('are explained, with every measure', () => {
    const help = helpText(MEASURES);
    for (const { name } of MEASURES) expect(help).toContain(`\n  ${name} `);
  });
});

describe('the store', () => {
  let directory: string;
  beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'bench-'))));
  afterAll(() => rmSync(directory, { recursive: true }));

  const sample = (contender: string, round: number, more: Partial<Sample> = {}): Sample => ({
    ...{ measure: 'm', size: 10, contender, round, seconds: 1, rows: 1, checksum: null, figures: {}, error: null, revision: 'r1' },
    ...more,
  });

  test('keeps samples over processes; another version, size or measure has its own, and the last try counts', () => {
    const file = join(directory, 'deep', 'samples.jsonl');
    const first = new SampleStore(file, false);
    first.add(sample('a', 1, { error: 'hung' }));
    first.add(sample('a', 1, { seconds: 2 }));
    first.add(sample('a', 2, { revision: 'r2' }));
    first.add(sample('a', 2, { size: 11 }));
    const second = new SampleStore(file, false);
    expect(second.of('m', 10, 'r1')).toEqual([sample('a', 1, { seconds: 2 })]);
    expect(second.of('other', 10, 'r1')).toEqual([]);
    const fresh = new SampleStore(file, true);
    expect(fresh.of('m', 10, 'r1')).toEqual([]);
    fresh.add(sample('a', 1, { seconds: 3 }));
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(5);
    expect(new SampleStore(file, false).of('m', 10, 'r1')).toEqual([sample('a', 1, { seconds: 3 })]);
  });
});

test('a history tells where its seconds went', () => {
  const at = (seconds: number) => ({ eventTime: { seconds, nanos: 500_000_000 } });
  const begins = (eventId: number, seconds: number, name: string, second: unknown = 's') => ({
    eventId,
    ...at(seconds),
    activityTaskScheduledEventAttributes: {
      activityType: { name },
      input: { payloads: [{}, { data: Buffer.from(JSON.stringify(second)) }] },
    },
  });
  const ends = (eventId: number, seconds: number, scheduledEventId: number) => ({
    eventId,
    ...at(seconds),
    activityTaskCompletedEventAttributes: { scheduledEventId },
  });
  const events = [
    begins(5, 0, 'preflight'),
    ends(7, 2, 5),
    begins(11, 2, 'planChunks'),
    begins(12, 3, 'copyChunk'),
    ends(15, 4, 11),
    ends(16, 9, 12),
    begins(17, 9, 'listSteps', 'constrain'),
    ends(19, 10, 17),
    begins(20, 10, 'runStep', { list: 'constrain', step: 'a' }),
    ends(22, 12, 20),
  ] as unknown as Event[];
  expect(secondsByPhase(events)).toEqual({ preflight: 2, copy: 7, constrain: 3 });
});

test('the CPU time of a process is read past a name of any kind', () => {
  const stat = '77 (a) b (c)) S 42 77 77 0 -1 4194560 1 2 3 4 100 20 3 7 20 0 1 0 5 6';
  expect(parseStat(77, stat)).toEqual({ pid: 77, parent: 42, ticks: 130 });
  expect(cpuBetween({ source: 1.5 }, { source: 2, target: 1 })).toEqual({ 'cpu source': 0.5, 'cpu target': 1 });
});

test('a server that the client has started is not counted as the client', () => {
  const processes = [
    { pid: 1, parent: 0, ticks: 5 },
    { pid: 2, parent: 1, ticks: 70 },
    { pid: 3, parent: 2, ticks: 300 },
    { pid: 4, parent: 1, ticks: 2 },
  ];
  expect([1, 2].map((root) => ticksOf(root, [1, 2], processes))).toEqual([7, 370]);
});
