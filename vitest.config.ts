import { defineConfig } from 'vitest/config';

const MINUTE = 60_000;

/** Tiers that start servers, one tier after the other: each file in a process of its own, `atOnce` of them side by side. */
const withServers = (name: string, { order, atOnce, timeout }: { order: number; atOnce: number; timeout: number }) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'forks' as const,
    maxWorkers: atOnce,
    sequence: { groupOrder: order },
    testTimeout: timeout,
    hookTimeout: 5 * MINUTE,
    teardownTimeout: MINUTE,
  },
});

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      // These wait for statements, locks and processes more than they work.
      withServers('db', { order: 1, atOnce: 2, timeout: 5 * MINUTE }),
      withServers('workflow', { order: 2, atOnce: 1, timeout: 2 * MINUTE }),
      withServers('e2e', { order: 3, atOnce: 1, timeout: 10 * MINUTE }),
      withServers('faults', { order: 4, atOnce: 1, timeout: 10 * MINUTE }),
    ],
  },
});
