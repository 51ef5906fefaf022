import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/local/sample/random.ts';
import { wantsAllTests } from '../../src/local/test-extent.ts';
import { Arena } from './arena.ts';
import { faultsOf } from './catalog.ts';
import { tryFault } from './trial.ts';
import { recordUndisturbed, type Undisturbed } from './undisturbed.ts';

type Named = readonly [fault: string, begin: 'empty' | 'finished'];

/** A worker that dies, wakes up late or loses its answer, a server, Temporal; `npm run faults` has them all, at random moments. */
const QUICK: readonly Named[] = [
  ['kill at before-commit-chunk', 'empty'],
  ['freeze at after-copy', 'empty'],
  ['lost at after-commit-chunk', 'finished'],
  ['kill -9 of target', 'empty'],
  ['Temporal lost with all its history', 'empty'],
];
/** Each takes a whole run: these are left to `npm run test:all`. */
const FURTHER: readonly Named[] = [
  ['kill at before-commit-phase', 'finished'],
  ['half-open connections, source', 'empty'],
  ['abort, then start', 'finished'],
];
const FAULTS = wantsAllTests() ? [...QUICK, ...FURTHER] : QUICK;

describe('a run with a fault in it ends as one without', () => {
  let arena: Arena;
  let undisturbed: Undisturbed;

  beforeAll(async () => {
    arena = await Arena.open({ name: 'quick-faults', users: 500 });
    undisturbed = await recordUndisturbed(arena);
  });
  afterAll(() => arena.close());

  it.each(FAULTS)('%s', async (name, begin) => {
    const fault = faultsOf(arena).find((each) => each.name === name)!;
    const outcome = await tryFault(arena, fault, begin, new Random(4, name), undisturbed.state);
    expect(outcome.verdict).toBe('equal');
    if (!fault.ends && !outcome.where.startsWith('preflight')) expect(outcome.starts).toBe(1);
  });
});
