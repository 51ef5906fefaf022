import type { Round, Sample, Target } from './sample.ts';
import { spreadOf, type Spread } from './spread.ts';

export interface Verdict {
  readonly target: string;
  readonly unit: string;
  readonly bound: Target['bound'];
  /** Over the rounds that have what the figure needs; null where none has. */
  readonly spread: Spread | null;
  readonly verdict: 'met' | 'missed' | 'not measured';
}

/** The median of the rounds' figures against the bound: each round's contenders ran in turn, so that noise of a minute hits both. */
export function judge(targets: readonly Target[], samples: readonly Sample[]): Verdict[] {
  const rounds = roundsOf(samples);
  return targets.map(({ name, unit, bound, of }) => {
    const spread = spreadOf(rounds.flatMap((round) => of(round) ?? []));
    return {
      target: name,
      unit,
      bound,
      spread,
      verdict: spread === null ? 'not measured' : meets(spread.median, bound) ? 'met' : 'missed',
    };
  });
}

function meets(figure: number, bound: Target['bound']): boolean {
  return 'atLeast' in bound ? figure >= bound.atLeast : figure <= bound.atMost;
}

export function roundsOf(samples: readonly Sample[]): Round[] {
  const rounds = new Map<number, Map<string, Sample>>();
  for (const sample of samples) {
    if (sample.error !== null) continue;
    const round = rounds.get(sample.round) ?? new Map<string, Sample>();
    rounds.set(sample.round, round.set(sample.contender, sample));
  }
  return [...rounds.values()];
}

/** Loads that did not end with what the others of the measure have: by contender and round. `alike`: contenders that load the same rows. */
export function disagreements(samples: readonly Sample[], alike: readonly (readonly string[])[]): string[] {
  return alike.flatMap((group) => {
    const loads = samples.filter((sample) => sample.error === null && group.includes(sample.contender));
    const [first] = loads;
    return loads
      .filter((load) => load.rows !== first!.rows || load.checksum !== first!.checksum)
      .map(
        (load) =>
          `${load.measure}: ${load.contender}, round ${load.round}, landed ${load.rows} rows with checksum ${load.checksum ?? 'none'}; ` +
          `${first!.contender}, round ${first!.round}, ${first!.rows} with ${first!.checksum ?? 'none'}.`,
      );
  });
}
