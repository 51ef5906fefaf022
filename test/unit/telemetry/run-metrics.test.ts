import { noopMetricMeter, type MetricMeter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { namesOf, phaseOf } from '../../../src/telemetry/activity-names.ts';
import { OpenSessions } from '../../../src/telemetry/open-sessions.ts';
import { PhaseGauge } from '../../../src/telemetry/phase-gauge.ts';
import { RunMetrics } from '../../../src/telemetry/run-metrics.ts';

/** A meter that keeps what it is told: sums of counters, last values of gauges, by name and tags. */
function keeping(): { readonly meter: MetricMeter; readonly seen: Record<string, number> } {
  const seen: Record<string, number> = {};
  const key = (name: string, tags: object = {}) => [name.replace('identity_migration_', ''), ...Object.values(tags)].join(' ');
  const meter: MetricMeter = {
    createHistogram: (...given) => noopMetricMeter.createHistogram(...given),
    withTags: () => meter,
    createCounter: (name, ...rest) => ({
      ...noopMetricMeter.createCounter(name, ...rest),
      add: (value, tags) => void (seen[key(name, tags)] = (seen[key(name, tags)] ?? 0) + value),
    }),
    createGauge: (name, ...rest) => ({
      ...noopMetricMeter.createGauge(name, ...rest),
      set: (value, tags) => void (seen[key(name, tags)] = value),
    }),
  };
  return { meter, seen };
}

test('what has landed is counted by table and reason', () => {
  const { meter, seen } = keeping();
  const metrics = new RunMetrics(meter);
  const outcome = { table: 'users', chunk: 1, sourceRows: 7, rows: 4, merged: 0, rejected: 3, adjusted: 2, bytes: 90, sha256: '' };
  const rejected = { too_long: 1, null_key: 2 };
  metrics.observed({ kind: 'chunk', outcome, attempt: 1, seconds: 0.1, rejected, adjusted: { truncated: 2 } });
  metrics.observed({ kind: 'chunk', outcome, attempt: 1, seconds: 0.1, rejected: {}, adjusted: {} });
  metrics.observed({ kind: 'rule', table: 'users', effect: 'rejected', reason: 'orphan', rows: 5 });
  metrics.failed('SourceUnreachable', true);
  const grown = Object.fromEntries(Object.entries(seen).filter(([, value]) => value > 0));
  expect(grown).toEqual({
    'rows_copied users': 8,
    'bytes_copied users': 180,
    'rows_rejected users too_long': 1,
    'rows_rejected users null_key': 2,
    'rows_rejected users orphan': 5,
    'rows_adjusted users truncated': 2,
    'activity_failures SourceUnreachable true': 1,
  });
  expect(seen['activity_failures TableFailed false']).toBe(0);
});

test('a worker is in the phase of its last activity, and in none a minute after it', () => {
  const { meter, seen } = keeping();
  const phases = new PhaseGauge(meter);
  const ends = phases.begins('copy');
  phases.look(1_000_000);
  expect([seen['phase copy'], seen['phase verify']]).toEqual([1, 0]);
  ends(1_000_000);
  phases.look(1_059_000);
  expect(seen['phase copy']).toBe(1);
  phases.look(1_060_000);
  expect(seen['phase copy']).toBe(0);
});

test('sessions are counted by server, those that were open before the meter was there included', () => {
  const { meter, seen } = keeping();
  const sessions = new OpenSessions();
  const told = sessions.of('identity');
  told(1);
  sessions.showOn(meter);
  expect(seen['database_sessions identity']).toBe(1);
  told(1);
  told(-1);
  told(-1);
  expect(seen['database_sessions identity']).toBe(0);
});

test("names and phase come from an activity's arguments; values of rows are not among them", () => {
  const ref = { run: 'r', epoch: 2 };
  expect(namesOf('copyChunk', [ref, { table: 'users', chunk: 3 }])).toEqual({ ...ref, table: 'users', chunk: 3 });
  expect(namesOf('finishTable', [ref, 'users'])).toEqual({ ...ref, table: 'users' });
  expect(namesOf('runStep', [ref, { list: 'proof', step: 'users: 1' }])).toEqual({ ...ref, step: 'users: 1' });
  expect(namesOf('preflight', [{ reason: 'free text' }])).toEqual({});
  expect(namesOf('setState', [ref, 'paused'])).toEqual(ref);
  expect(phaseOf('copyChunk', [ref])).toBe('copy');
  expect(phaseOf('runStep', [ref, { list: 'proof' }])).toBe('copy');
  expect(phaseOf('runStep', [ref, { list: 'constrain' }])).toBe('constrain');
  expect(phaseOf('endSteps', [ref, 'verify'])).toBe('verify');
  expect(phaseOf('backup', [ref])).toBe('backup');
  expect(phaseOf('setState', [ref, 'paused'])).toBe(null);
});
