import type { ServerSet } from '../../src/local/servers/server-set.ts';
import type { Target } from './outcome/sample.ts';

/** What a contender's load came to. */
export interface Load {
  readonly seconds: number;
  /** By the target's own count. */
  readonly rows: number;
  readonly checksum: string | null;
  readonly figures?: Readonly<Record<string, number>>;
}

export interface Contender {
  readonly name: string;
  /** From an empty target to the last row; what comes before and after is not timed. Throws where it fails. */
  readonly run: () => Promise<Load>;
}

export interface Prepared {
  readonly contenders: readonly Contender[];
  /** What runs besides the servers of the set. */
  readonly end?: () => Promise<void>;
}

/** One line of the table of targets, or several that need the same data. */
export interface Measure {
  readonly name: string;
  /** What is measured, in one line. */
  readonly what: string;
  /** Of its largest table (users for a whole run) at the default `--rows`. */
  readonly size: number;
  /** Least size that its data allows. */
  readonly leastSize: number;
  /** At the default size on two cores, with what is installed there. */
  readonly minutes: number;
  readonly targets: readonly Target[];
  /** Contenders that land the same rows. */
  readonly alike: readonly (readonly string[])[];
  /** What it needs and is not here, by name; null where it can run. */
  readonly lacks: () => string | null;
  /** Peers that are not installed, by name. */
  readonly absentPeers: () => readonly string[];
  /** Starts servers and makes the data. */
  readonly prepare: (servers: ServerSet, size: number) => Promise<Prepared>;
}
