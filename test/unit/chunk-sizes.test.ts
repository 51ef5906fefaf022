import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderBySize } from '../../src/phases/preflight/sizes.ts';
import { spreadChunks } from '../../src/phases/spread-chunks.ts';
import { tablePlan } from '../../src/plan/plan.ts';

describe('sizes of chunks', () => {
  it('come from the measured width, and from what four at once can share', () => {
    const rowsOf = (rows: number, bytesPerRow: number, most: number | null = null) =>
      orderBySize([{ table: 'x', rows, bytesPerRow }], most)[0]!.chunkRows;
    expect(rowsOf(100_000_000, 60)).toBe(500_000);
    expect(rowsOf(3_000_000, 60)).toBe(375_000);
    expect(rowsOf(300_000, 60)).toBe(100_000);
    expect(rowsOf(100_000_000, 1000)).toBe(67_108);
    expect(rowsOf(100_000_000, 1e9)).toBe(1000);
    expect(rowsOf(100_000_000, 60, 400)).toBe(400);
  });

  it('the largest table comes first, by bytes and not by rows; those without a source last', () => {
    const sizes = [
      { table: 'many', rows: 1000, bytesPerRow: 10 },
      { table: 'wide', rows: 100, bytesPerRow: 1000 },
      { table: 'none', rows: 0, bytesPerRow: 100 },
    ];
    expect(
      orderBySize(sizes, null)
        .map(({ table }) => table)
        .slice(0, 3),
    ).toEqual(['wide', 'many', 'none']);
  });
});

describe('a key that is spread over a range', () => {
  const table = tablePlan('role_assignments');
  const context = { absent: [] };

  /** A server with these keys, whose estimates are off by up to `error`. */
  const server = (keys: readonly number[], error: number) => async (sql: string) => {
    if (sql.includes('MIN(')) return [{ low: Math.min(...keys), high: Math.max(...keys) }];
    const [lower, upper] = [...sql.matchAll(/(?:>|<=) \(?(-?\d+)/g)].map((match) => Number(match[1]));
    const rows = keys.filter((key) => key > lower! && key <= upper!).length;
    return [rows === 0 ? { type: null, rows: null } : { type: 'range', rows: Math.ceil(rows * error) }];
  };

  const keysArbitrary = fc
    .array(fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 50 })), {
      minLength: 1,
      maxLength: 8,
    })
    .map((clusters) => [
      ...new Set(clusters.flatMap(([start, many, step]) => Array.from({ length: many }, (_, index) => start + index * step))),
    ]);

  it('is cut into chunks of about the rows that were asked for, however it clusters', async () => {
    await fc.assert(
      fc.asyncProperty(keysArbitrary, fc.integer({ min: 5, max: 60 }), async (keys, chunkRows) => {
        const uppers = (await spreadChunks({ table, rows: keys.length, chunkRows, context }, server(keys, 1)))!;
        expect(uppers).toEqual([...new Set(uppers)].sort((a, b) => a - b));
        const bounds = [Number.NEGATIVE_INFINITY, ...uppers, Number.POSITIVE_INFINITY];
        const sizes = bounds.slice(1).map((upper, index) => keys.filter((key) => key > bounds[index]! && key <= upper).length);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(keys.length);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * chunkRows);
        // Two neighbours would not fit into one.
        expect(sizes.length).toBeLessThanOrEqual(2 * Math.ceil(keys.length / chunkRows) + 1);
      }),
    );
  });

  it('comes to an end where the estimates are wrong', async () => {
    const keys = Array.from({ length: 300 }, (_, index) => index);
    for (const error of [0.01, 50]) {
      const uppers = await spreadChunks({ table, rows: 300, chunkRows: 50, context }, server(keys, error));
      expect(uppers!.length).toBeLessThanOrEqual(300);
    }
  });

  it('is left to be walked, where no index serves it or it is no whole number', async () => {
    const scan = async (sql: string) => (sql.includes('MIN(') ? [{ low: 1, high: 100 }] : [{ type: 'ALL', rows: 100 }]);
    const plan = { table, rows: 100, chunkRows: 10, context };
    expect(await spreadChunks(plan, scan)).toBeNull();
    expect(await spreadChunks(plan, async () => [{ low: null, high: null }])).toBeNull();
    expect(await spreadChunks(plan, async () => [{ low: '1', high: '9223372036854775807' }])).toBeNull();
    expect(await spreadChunks({ ...plan, table: tablePlan('permission_policies') }, scan)).toBeNull();
    expect(await spreadChunks({ ...plan, table: tablePlan('users') }, scan)).toBeNull();
  });
});
