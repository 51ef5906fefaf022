/** What one contender did in one round of a measure. */
export interface Sample {
  readonly measure: string;
  /** Of the measure's largest table; users for a whole run. */
  readonly size: number;
  readonly contender: string;
  /** From 1. */
  readonly round: number;
  readonly seconds: number;
  /** Rows that landed, by the target's own count. */
  readonly rows: number;
  /** Of all that landed; contenders that load the same data must agree. Null where there is nothing to compare. */
  readonly checksum: string | null;
  /** Further figures by name, such as `memoryMb`. */
  readonly figures: Readonly<Record<string, number>>;
  /** Why it failed: then the other figures say nothing. */
  readonly error: string | null;
  /** Which version of the product was measured. */
  readonly revision: string;
}

/** The samples of one round, by contender; failed ones are not in it. */
export type Round = ReadonlyMap<string, Sample>;

/** What must hold, as a figure of each round. */
export interface Target {
  readonly name: string;
  /** `×`, `s`, `MB`, `%`: follows the figure. */
  readonly unit: string;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  /** The figure of a round; null where the round lacks what it needs. */
  readonly of: (round: Round) => number | null;
}

/** How many times the rows per second of the best of `others` a contender had, by the same rows: each landed the same. */
export function timesFaster(contender: string, others: readonly string[]): Target['of'] {
  return (round) => {
    const mine = round.get(contender);
    const best = others.flatMap((other) => round.get(other)?.seconds ?? []).toSorted((a, b) => a - b)[0];
    return mine === undefined || best === undefined ? null : best / mine.seconds;
  };
}

/** A contender's time as a part of another's. */
export function timeAgainst(contender: string, other: string): Target['of'] {
  const faster = timesFaster(contender, [other]);
  return (round) => {
    const times = faster(round);
    return times === null ? null : 1 / times;
  };
}

/** One of a contender's own figures. */
export function figureOf(contender: string, figure: string): Target['of'] {
  return (round) => round.get(contender)?.figures[figure] ?? null;
}
