import { setTimeout as sleep } from 'node:timers/promises';
import { PHASES, SIGNALS, type Phase } from '../../src/contract.ts';
import type { Fault } from './fault.ts';

const NOT_LAST: readonly Phase[] = PHASES.filter((phase) => phase !== 'unlock');

/** What operators do in mid-run: each of it ends in the same state, in the end. */
export const operatorFaults: readonly Fault[] = [
  {
    name: 'pause, then resume',
    phases: NOT_LAST,
    ends: false,
    async strike(arena, random) {
      await arena.withRun((run) => run.signal(SIGNALS.pause, { reason: 'a fault test' }));
      await sleep(random.int(100, 3_000));
      await arena.withRun((run) => run.signal(SIGNALS.resume));
    },
  },
  {
    name: 'pause, the worker dies, resume',
    phases: NOT_LAST,
    ends: false,
    async strike(arena) {
      await arena.withRun((run) => run.signal(SIGNALS.pause));
      await arena.killWorkers();
      await arena.startWorker();
      await arena.withRun((run) => run.signal(SIGNALS.resume));
    },
  },
  {
    name: 'abort, then start',
    phases: NOT_LAST,
    ends: true,
    strike: (arena) => arena.withRun((run) => run.signal(SIGNALS.abort, { reason: 'a fault test' })),
  },
  {
    name: 'cancel, then start',
    phases: NOT_LAST,
    ends: true,
    strike: (arena) => arena.withRun(async (run) => void (await run.cancel())),
  },
  {
    name: 'terminate, then start',
    phases: NOT_LAST,
    ends: true,
    strike: (arena) => arena.withRun(async (run) => void (await run.terminate('a fault test'))),
  },
];
