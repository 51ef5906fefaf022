import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pagesOf } from '../../../src/db/ledger/chunk-pages.ts';

const tablesArbitrary = fc.array(
  fc.record({
    chunks: fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 900 }),
    most: fc.integer({ min: 1, max: 100_000 }),
  }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

describe('pages of chunks', () => {
  it('hold every chunk once, in order, of one table each, and are few', () => {
    fc.assert(
      fc.property(tablesArbitrary, (tables) => {
        const chunks = tables.flatMap(({ chunks: rows, most }, table) =>
          rows.map((n, index) => ({ table: `t${table}`, chunk: index + 1, rows: n, most })),
        );
        const pages = pagesOf(chunks);
        const held = pages.flatMap(({ table, from, to }) => Array.from({ length: to - from + 1 }, (_chunk, at) => `${table} ${from + at}`));
        expect(held).toEqual(chunks.map(({ table, chunk }) => `${table} ${chunk}`));
        tables.forEach((_table, table) => expect(pages.filter((page) => page.table === `t${table}`).length).toBeLessThanOrEqual(201));
      }),
      { numRuns: 200 },
    );
  });

  it('put small chunks together, and leave a large one alone', () => {
    const chunk = (table: string, number: number, rows: number) => ({ table, chunk: number, rows, most: 30_000 });
    expect(pagesOf([chunk('a', 1, 10), chunk('a', 2, 20_000), chunk('a', 3, 29_000), chunk('b', 1, 1)])).toEqual([
      { table: 'a', from: 1, to: 2 },
      { table: 'a', from: 3, to: 3 },
      { table: 'b', from: 1, to: 1 },
    ]);
  });
});
