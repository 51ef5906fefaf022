import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { roleAssignment } from '../bench/measures/role-assignment.ts';
import { disagreements, judge } from '../bench/outcome/judge.ts';
import { SampleStore } from '../bench/outcome/store.ts';
import { runMeasure } from '../bench/run-measure.ts';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'bench-smoke-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('the bench loads a little with whichever peers are here and with ours, alike, and goes on where it was', async () => {
  const file = join(directory, 'samples.jsonl');
  const request = { measure: roleAssignment, size: 2_000, rounds: 1, revision: 'smoke' };
  const said: string[] = [];
  const samples = await runMeasure({ ...request, store: new SampleStore(file, false), say: (line) => said.push(line) });
  expect(samples.filter(({ error }) => error !== null)).toEqual([]);
  expect(samples.map(({ contender }) => contender)).toEqual(expect.arrayContaining(['mysql | psql', 'ours']));
  expect(samples.every(({ rows, seconds }) => rows === 2_000 && seconds > 0)).toBe(true);
  expect(disagreements(samples, roleAssignment.alike)).toEqual([]);
  expect(judge(roleAssignment.targets, samples).map(({ spread }) => spread?.count)).toContain(1);

  const again: string[] = [];
  expect(await runMeasure({ ...request, store: new SampleStore(file, false), say: (line) => again.push(line) })).toEqual(samples);
  expect([said.length, again.length]).toEqual([1 + samples.length, 0]);
});
