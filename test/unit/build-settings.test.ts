import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildSettings, ruleSettings } from '../../src/phases/build-settings.ts';

const MIB = 2 ** 20;

test('builds share what the server has', () => {
  const big = { sharedBuffers: 16_384 * MIB, maintenanceMemory: 64 * MIB, workMemory: 4 * MIB, parallelWorkers: 8 };
  expect(buildSettings(big, 4)).toEqual({ maintenance_work_mem: '1048576kB', max_parallel_maintenance_workers: '2' });
  const small = { sharedBuffers: 128 * MIB, maintenanceMemory: 64 * MIB, workMemory: 4 * MIB, parallelWorkers: 2 };
  expect(buildSettings(small, 4)).toEqual({ maintenance_work_mem: '65536kB', max_parallel_maintenance_workers: '0' });
  expect(ruleSettings(big, 4)).toEqual({ ...buildSettings(big, 4), work_mem: '349525kB', hash_mem_multiplier: '1', jit: 'off' });
  expect(ruleSettings(small, 4)).toMatchObject({ work_mem: '10922kB' });
  expect(ruleSettings({ ...small, workMemory: 64 * MIB }, 4)).toMatchObject({ work_mem: '65536kB' });
});

test('they never take more workers than there are, nor more memory than its buffers, unless its operator gives more', () => {
  const means = fc.record({
    sharedBuffers: fc.integer({ min: 128 * 1_024, max: 2 ** 40 }),
    maintenanceMemory: fc.integer({ min: MIB, max: 2 ** 34 }),
    workMemory: fc.integer({ min: 64 * 1_024, max: 2 ** 34 }),
    parallelWorkers: fc.nat(1_024),
  });
  fc.assert(
    fc.property(means, fc.integer({ min: 1, max: 64 }), (server, atOnce) => {
      const { maintenance_work_mem: memory, max_parallel_maintenance_workers: workers } = buildSettings(server, atOnce);
      const bytes = Number(/^(\d+)kB$/.exec(memory!)![1]) * 1_024;
      expect(Number(workers) * atOnce).toBeLessThanOrEqual(server.parallelWorkers);
      expect(bytes * atOnce <= server.sharedBuffers || bytes <= server.maintenanceMemory).toBe(true);
      expect(bytes).toBeGreaterThan(server.maintenanceMemory - 1_024);
    }),
  );
});
