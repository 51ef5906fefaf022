import { defineConfig } from 'vitest/config';

const MINUTE = 60_000;

/** Tiers that start servers: one file at a time, each in a process of its own. */
const withServers = (name: string, timeout: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'forks' as const,
    fileParallelism: false,
    testTimeout: timeout,
    hookTimeout: 5 * MINUTE,
    teardownTimeout: MINUTE,
  },
});

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      withServers('db', 2 * MINUTE),
      withServers('workflow', 2 * MINUTE),
      withServers('e2e', 10 * MINUTE),
      withServers('faults', 10 * MINUTE),
    ],
  },
});
