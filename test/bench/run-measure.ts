import { ServerSet } from '../../src/local/servers/server-set.ts';
import type { Contender, Measure } from './measure.ts';
import type { Sample } from './outcome/sample.ts';
import type { SampleStore } from './outcome/store.ts';

export interface MeasureRequest {
  readonly measure: Measure;
  readonly size: number;
  readonly rounds: number;
  readonly revision: string;
  readonly store: SampleStore;
  readonly say: (line: string) => void;
}

/** Runs what is missing of a measure: round by round, its contenders in turn. Returns all samples of its rounds. */
export async function runMeasure(request: MeasureRequest): Promise<Sample[]> {
  const { measure, size, rounds, store, revision, say } = request;
  const wanted = () => store.of(measure.name, size, revision).filter((sample) => sample.round <= rounds);
  const known = wanted();
  const complete = known.length > 0 && known.every((sample) => sample.error === null) && isWhole(known, rounds);
  if (complete) return known;
  const servers = await ServerSet.forTest(`bench-${measure.name}`);
  try {
    say(`${measure.name}: starts servers and makes data (${size.toLocaleString('en')})`);
    const prepared = await measure.prepare(servers, size);
    try {
      for (let round = 1; round <= rounds; round += 1) {
        for (const contender of prepared.contenders) {
          const has = wanted().some((sample) => sample.round === round && sample.contender === contender.name && sample.error === null);
          if (has) continue;
          const sample = await sampleOf(contender, { measure: measure.name, size, round, revision });
          store.add(sample);
          say(`${measure.name}: round ${round} of ${rounds}, ${contender.name}: ${sample.error ?? `${sample.seconds.toFixed(2)} s`}`);
        }
      }
    } finally {
      await prepared.end?.();
    }
  } finally {
    await servers.stopAll();
  }
  return wanted();
}

/** Every contender that was seen was seen in every round. */
function isWhole(samples: readonly Sample[], rounds: number): boolean {
  const contenders = new Set(samples.map((sample) => sample.contender));
  return samples.length === contenders.size * rounds;
}

async function sampleOf(contender: Contender, about: Pick<Sample, 'measure' | 'size' | 'round' | 'revision'>): Promise<Sample> {
  try {
    const { seconds, rows, checksum, figures = {} } = await contender.run();
    return { ...about, contender: contender.name, seconds, rows, checksum, figures, error: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...about, contender: contender.name, seconds: 0, rows: 0, checksum: null, figures: {}, error: message };
  }
}
