import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/local/sample/random.ts';
import { Arena } from './arena.ts';
import { tryFault } from './trial.ts';
import { recordUndisturbed, type Undisturbed } from './undisturbed.ts';
import { trapFault } from './worker-faults.ts';

/** A harness that cannot fail proves nothing: with a guard of the protocol taken out, the same faults have to be found. */
describe('workers that let an overtaken attempt settle its chunk', () => {
  let arena: Arena;
  let undisturbed: Undisturbed;

  beforeAll(async () => {
    arena = await Arena.open({ name: 'no-guard', users: 500, without: 'attempt' });
    undisturbed = await recordUndisturbed(arena);
  });
  afterAll(() => arena.close());

  it('double the rows of a chunk whose first attempt wakes up late, and the harness says so', async () => {
    const fault = trapFault('after-copy', 'freeze', 30);
    const { verdict } = await tryFault(arena, fault, 'empty', new Random(4, 'guard'), undisturbed.state);
    expect(verdict).not.toBe('equal');
    expect(verdict).toMatch(/differ|ConstraintFailed|VerificationFailed/);
  });
});
