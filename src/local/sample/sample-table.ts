import type { Account } from './manifest.ts';
import type { People } from './people.ts';
import type { Value } from './pg-dump.ts';
import type { Random } from './random.ts';

/** What a table's rows are made from. */
export interface Making {
  readonly people: People;
  readonly account: Account;
  readonly random: Random;
}

export interface SampleTable {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: (making: Making) => Iterable<readonly Value[]>;
}
