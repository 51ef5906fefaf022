import { parseArgs } from 'node:util';
import { join } from 'node:path';

export interface BenchOptions {
  /** Rows of `role_assignment`; every other size is in proportion. */
  readonly rows: number;
  readonly rounds: number;
  /** Measures whose name contains this. */
  readonly only: string | null;
  readonly fresh: boolean;
  /** Where samples are kept: `samples.jsonl` and the summary, `bench.json`. */
  readonly directory: string;
}

export const DEFAULT_ROWS = 3_000_000;

/** The command line's options; null when help is asked for. Throws with a one-line message on wrong usage. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: String(DEFAULT_ROWS) },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      directory: { type: 'string', default: join('.cache', 'bench') },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  return {
    rows: wholeNumber('--rows', values.rows, 1_000),
    rounds: wholeNumber('--rounds', values.rounds, 1),
    only: values.only ?? null,
    fresh: values.fresh,
    directory: values.directory,
  };
}

function wholeNumber(option: string, text: string, lowest: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= lowest) return value;
  throw new Error(`${option} takes a whole number from ${lowest}.`);
}
