import { warning, type Finding } from '../finding.ts';

/** Milliseconds that two clocks may differ. */
const MOST = 5_000;

/** Asks a server for its time: milliseconds since 1970. */
export type AskTime = () => Promise<number>;

/** How far a server's clock is from this machine's, by the middle of the question. */
export async function checkClock(where: string, ask: AskTime, now: () => number = Date.now): Promise<Finding[]> {
  const asked = now();
  const theirs = await ask();
  const answered = now();
  const apart = Math.abs(theirs - (asked + answered) / 2) - (answered - asked) / 2;
  if (apart <= MOST) return [];
  return [
    warning(
      `The clock of the ${where} differs from this machine's by ${Math.round(apart / 1000)} s.`,
      'Times in ledger and report would not fit those of the logs.',
      'set both by NTP.',
    ),
  ];
}
