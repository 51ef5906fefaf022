import { expect, test } from 'vitest';
import { RunProgress } from '../../workflows/run-progress.ts';

test("a chunk's line in the timeline says which it is, and what its table has so far", () => {
  const progress = new RunProgress(0);
  const counts = {
    rows: 0,
    chunks: 40,
    chunksDone: 0,
    bytes: 0,
    rejected: 0,
    adjusted: 0,
    merged: 0,
    estimatedRows: 1_000_000,
    planned: true,
    failure: null,
  };
  progress.again({ table: 'users', state: 'waiting', ...counts });
  progress.started({ table: 'users' }, 1_000);
  expect(progress.summaryOf({ table: 'users', chunk: 1 }, 1_000)).toBe('copy users 1 of 40: 0 rows, 0.0 s so far');
  progress.landed({ table: 'users', chunk: 1, sourceRows: 250_000, rows: 250_000, bytes: 1, rejected: 0, adjusted: 0, merged: 0 }, 2_900);
  expect(progress.summaryOf({ table: 'users', chunk: 12 }, 2_900)).toBe('copy users 12 of 40: 250,000 rows, 1.9 s so far');
});
