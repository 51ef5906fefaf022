import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableStatus } from '../../activities/types.ts';
import { CopyWork, PAGE_SIZE } from '../../workflows/copy-work.ts';

const status = (table: string, chunks: number, planned: boolean, small = false): TableStatus => ({
  table,
  state: planned ? 'copying' : 'waiting',
  planned,
  small,
  estimatedRows: chunks * 10,
  chunks: planned ? chunks : 0,
  chunksDone: 0,
  rows: 0,
  bytes: 0,
  rejected: 0,
  adjusted: 0,
  failure: null,
});

/** Runs the work to its end with a random choice of what ends next; returns how often each chunk was handed out. */
function drive(
  tables: readonly { chunks: number; planned: boolean; small?: boolean }[],
  concurrency: number,
  choices: readonly number[],
  bad: ReadonlySet<number>,
) {
  const work = new CopyWork(
    tables.map(({ chunks, planned, small }, index) => status(`t${index}`, chunks, planned, small === true && !planned)),
  );
  const pending: (() => void)[] = [];
  const handed = new Map<string, number>();
  const indexOf = (table: string) => Number(table.slice(1));
  let most = 0;
  const page = (table: string, after: number) => {
    const left = tables[indexOf(table)]!.chunks - after;
    return Array.from({ length: Math.max(0, Math.min(left, PAGE_SIZE)) }, (_, index) => after + index + 1);
  };
  const begin = () => {
    for (let table = work.takeUnplanned(2); table !== null; table = work.takeUnplanned(2)) {
      const name = table;
      // Some as if by a worker of before, which gave no first page.
      pending.push(() => work.planned(name, indexOf(name) % 2 === 0 ? page(name, 0) : null));
    }
    for (let next = work.takePage(); next !== null; next = work.takePage()) {
      const { table, after } = next;
      pending.push(() => work.fetched(table, page(table, after)));
    }
    while (work.inFlight < concurrency) {
      const chunk = work.takeChunk();
      const small = chunk === null ? work.takeSmall() : null;
      if (small !== null) {
        pending.push(() => {
          const { chunks } = tables[indexOf(small)]!;
          // What was foreseen as one chunk may have become more.
          const isOne = chunks <= 2;
          for (let of = 1; isOne && of <= chunks; of += 1) handed.set(`${small}/${of}`, (handed.get(`${small}/${of}`) ?? 0) + 1);
          if (bad.has(indexOf(small))) work.failed(small, { type: 'TableFailed', message: 'planted' });
          else work.endSmall(small, isOne ? null : page(small, 0));
          work.landed({ table: small });
        });
        continue;
      }
      if (chunk === null) break;
      const key = `${chunk.table}/${chunk.chunk}`;
      handed.set(key, (handed.get(key) ?? 0) + 1);
      pending.push(() => {
        if (bad.has(indexOf(chunk.table))) work.failed(chunk.table, { type: 'TableFailed', message: 'planted' });
        work.landed(chunk);
      });
    }
    most = Math.max(most, work.inFlight);
    for (let table = work.takeFinished(); table !== null; table = work.takeFinished()) {
      const name = table;
      pending.push(() => work.finished(name));
    }
  };
  let turns = 0;
  for (begin(); pending.length > 0; begin()) {
    const choice = choices[turns % choices.length]! % pending.length;
    pending.splice(choice, 1)[0]!();
    turns += 1;
    if (turns > 10_000) throw new Error('no end');
  }
  return { work, handed, most };
}

const tablesArbitrary = fc.array(
  fc.record({ chunks: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 130 })), planned: fc.boolean(), small: fc.boolean() }),
  {
    minLength: 1,
    maxLength: 6,
  },
);
const choicesArbitrary = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 40 });

describe('the copy phase', () => {
  it('hands out every chunk of every table exactly once, in whatever order things end, and comes to an end', () => {
    fc.assert(
      fc.property(tablesArbitrary, fc.integer({ min: 1, max: 8 }), choicesArbitrary, (tables, concurrency, choices) => {
        const { work, handed, most } = drive(tables, concurrency, choices, new Set());
        expect(work.over).toBe(true);
        expect([...handed.values()].every((times) => times === 1)).toBe(true);
        expect(handed.size).toBe(tables.reduce((sum, table) => sum + table.chunks, 0));
        expect(most).toBeLessThanOrEqual(concurrency);
      }),
    );
  });

  it('lets the other tables finish when some fail, and names those that failed', () => {
    fc.assert(
      fc.property(tablesArbitrary, choicesArbitrary, fc.nat({ max: 5 }), (tables, choices, bad) => {
        const { work, handed } = drive(tables, 3, choices, new Set([bad]));
        expect(work.over).toBe(true);
        expect([...work.failures.keys()]).toEqual(bad < tables.length ? [`t${bad}`] : []);
        tables.forEach((table, index) => {
          const count = [...handed.keys()].filter((key) => key.startsWith(`t${index}/`)).length;
          if (index !== bad) expect(count).toBe(table.chunks);
        });
      }),
    );
  });

  it('takes a table that failed before as failed, and one that was copied as copied', () => {
    const failed = { ...status('a', 3, true), state: 'failed' as const, failure: { type: 'TableFailed', message: 'before' } };
    const copied = { ...status('b', 3, true), state: 'copied' as const };
    const work = new CopyWork([failed, copied]);
    expect(work.over).toBe(true);
    expect(work.failures.get('a')?.message).toBe('before');
  });
});
