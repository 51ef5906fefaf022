import { setTimeout as sleep } from 'node:timers/promises';
import { PHASES, type Phase } from '../../src/contract.ts';
import type { Random } from '../../src/local/sample/random.ts';
import type { Arena } from './arena.ts';
import type { Fault } from './fault.ts';
import type { Link } from './link.ts';

type Name = keyof Arena['links'];
type Break = (link: Link, random: Random) => Promise<void> | void;

const BREAKS: Readonly<Record<string, Break>> = {
  'cut of every connection': (link) => link.cut(),
  'cut in the middle of a packet': async (link, random) => {
    link.cutAfter(random.int(1, 20_000));
    await sleep(1_000);
  },
  stall: async (link, random) => {
    link.stall();
    await sleep(random.int(1_000, 8_000));
    link.flow();
  },
  'half-open connections': (link) => link.halfOpen(),
  'nobody answers': async (link, random) => {
    link.refuse();
    await sleep(random.int(500, 6_000));
    link.admit();
  },
};

const COPYING: readonly Phase[] = ['preflight', 'copy', 'verify'];

/** Faults of the network between the worker and each database. */
export const linkFaults: readonly Fault[] = (['target', 'source', 'mysql'] as const).flatMap((name: Name) =>
  Object.entries(BREAKS).map(([what, work]): Fault => ({
    name: `${what}, ${name}`,
    phases: name === 'target' ? PHASES : COPYING,
    ends: false,
    async strike(arena, random) {
      const link = arena.links[name];
      try {
        // Connections are short-lived outside COPY: the fault waits for one to strike.
        for (let tries = 0; tries < 200 && link.connections === 0; tries += 1) await sleep(5);
        await work(link, random);
      } finally {
        link.heal();
      }
    },
  })),
);
