import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PHASES, type Phase } from '../../src/contract.ts';
import type { Arena } from './arena.ts';
import type { Fault } from './fault.ts';

const ALL: readonly Phase[] = PHASES;
const READING: readonly Phase[] = ['preflight', 'copy', 'verify'];

const servers = {
  target: (arena: Arena) => arena.stage.target,
  source: (arena: Arena) => arena.stage.source,
  mysql: (arena: Arena) => arena.stage.mysql,
  temporal: (arena: Arena) => arena.stage.temporal,
} as const;

/** Power cuts of each server; it is back after a while, with its data. */
export const serverFaults: readonly Fault[] = [
  ...(['target', 'source', 'mysql', 'temporal'] as const).map((name): Fault => ({
    name: `kill -9 of ${name}`,
    phases: name === 'source' || name === 'mysql' ? READING : ALL,
    ends: false,
    async strike(arena, random) {
      const server = servers[name](arena);
      await server.kill9();
      await sleep(random.int(100, 5_000));
      await server.restart();
    },
  })),
  {
    name: 'Temporal lost with all its history',
    phases: ALL,
    ends: true,
    async strike(arena, random) {
      const { temporal, servers: set } = arena.stage;
      await temporal.kill9();
      for (const suffix of ['', '-wal', '-shm', '-journal']) {
        rmSync(join(set.directory, temporal.name, 'data', `temporal.db${suffix}`), { force: true });
      }
      await sleep(random.int(100, 1_000));
      await temporal.restart();
    },
  },
];
