import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { hasEnded } from '../../../src/cli/run/pollers.ts';

test('a worker of this machine has ended when its process is gone', () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(hasEnded(`${pid}@${hostname()}`)).toBe(true);
  expect(hasEnded(`${process.pid}@${hostname()}`)).toBe(false);
});

test('of other machines, and of names of another kind, nothing is known', () => {
  expect(hasEnded('1@elsewhere.example')).toBe(false);
  expect(hasEnded('blue worker')).toBe(false);
  expect(hasEnded('')).toBe(false);
});
