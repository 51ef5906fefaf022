import { expect, test } from 'vitest';
import { checkClock } from '../../src/phases/preflight/advice/clocks.ts';

test('a clock is off by more than the question took, and more than five seconds, or nothing is said', async () => {
  const look = async (theirs: number, asked: number, answered: number) => {
    const times = [asked, answered];
    return (
      await checkClock(
        'target',
        () => Promise.resolve(theirs),
        () => times.shift()!,
      )
    ).map(({ what }) => what);
  };
  expect(await look(100_000, 100_000, 100_100)).toEqual([]);
  expect(await look(105_000, 100_000, 100_000)).toEqual([]);
  expect(await look(107_100, 100_000, 100_200)).toEqual(["The clock of the target differs from this machine's by 7 s."]);
  expect(await look(92_900, 100_000, 100_200)).toEqual(["The clock of the target differs from this machine's by 7 s."]);
  // The answer took twenty seconds: within them the clock may stand anywhere.
  expect(await look(112_000, 100_000, 120_000)).toEqual([]);
});
