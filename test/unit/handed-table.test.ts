import { expect, test } from 'vitest';
import { HandedTable } from '../../src/phases/preflight/predict/handed-table.ts';
import { tablePlan } from '../../src/plan/plan.ts';
import type { CastName, TablePlan } from '../../src/plan/types.ts';

const MOST_BYTES = 1_000_000;

/** A row whose texts are all this one. */
function rowOf(plan: TablePlan, text: string): Buffer[] {
  const values: Partial<Record<CastName, string>> = { text, utc: '2024-01-02 03:04:05' };
  return plan.columns.map(({ cast }) => Buffer.from(values[cast] ?? '1'));
}

/** Adds rows, whose texts have so many letters, until they are too many; how many that took. */
function rowsUntilTooMany(table: string, letters: number): number {
  const plan = tablePlan(table);
  const handed = new HandedTable(plan, new Map([[plan.sourceTable, [['id']]]]), MOST_BYTES);
  while (!handed.tooMany) {
    handed.add(rowOf(plan, String(handed.rows).padStart(letters, 'x')));
    expect(handed.rejected.size).toBe(0);
  }
  return handed.rows;
}

test('texts that the rules compare count for as many bytes as they have', () => {
  for (const letters of [30, 60]) {
    const rows = rowsUntilTooMany('permission_policies', letters);
    // Subject, its type and the resource at the least.
    expect(3 * (4 + letters) * (rows - 1)).toBeLessThanOrEqual(MOST_BYTES);
    expect(rows).toBeGreaterThan(MOST_BYTES / (6 * (12 + letters)));
  }
});

test('texts that are folded count for the strings that they become', () => {
  // Two strings of V8's (a header of 16 bytes, its place in a list) and the bytes that are handed over.
  for (const letters of [5, 20])
    expect((2 * (16 + 8 + letters) + 4 + letters) * (rowsUntilTooMany('groups', letters) - 1)).toBeLessThanOrEqual(MOST_BYTES);
});

test('what was handed over is not kept', async () => {
  const plan = tablePlan('groups');
  const handed = new HandedTable(plan, new Map());
  handed.add(rowOf(plan, 'Ops'));
  const folded: string[][] = [];
  const fold = (texts: readonly string[]) => {
    folded.push([...texts]);
    return Promise.resolve(texts.map((text) => text.toLowerCase()));
  };
  await handed.columns(fold);
  await handed.columns(fold);
  expect(folded).toEqual([['Ops'], []]);
});
