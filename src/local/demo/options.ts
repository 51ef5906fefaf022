import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly users: number;
  readonly seed: number;
  readonly keep: boolean;
}

/** With fewer, what is planted would exceed the limits of rejected rows. */
const LOWEST_USERS = 500;

export const HELP = `npm run demo [-- OPTION...]
Starts local servers, loads sample legacy data, migrates it, and checks the outcome against what was planted.

  --users N   users in the sample, 500 or more (default 10000)
  --seed N    the sample's seed (default 1)
  --keep      leave the servers and the Web UI up until Ctrl-C
  --help      this
`;

/** The command line's options; null when help is asked for. Throws with a one-line message on wrong usage. */
export function readOptions(args: readonly string[]): DemoOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  return { users: wholeNumber('--users', values.users, LOWEST_USERS), seed: wholeNumber('--seed', values.seed, 0), keep: values.keep };
}

function wholeNumber(option: string, text: string, lowest: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= lowest) return value;
  throw new Error(`${option} takes a whole number from ${lowest}.`);
}
