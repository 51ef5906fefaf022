import { formatCount, formatSeconds } from './format.ts';
import { groupBy } from './group-by.ts';
import type { ChunkReport } from './report-data.ts';
import { scaleOf } from './scale.ts';
import type { Bar } from './section.ts';

export interface WorkerLanes {
  readonly worker: string;
  readonly lanes: readonly (readonly Bar[])[];
  readonly chunks: number;
  readonly rows: number;
  /** Seconds, summed over chunks that ran side by side. */
  readonly busy: number;
}

interface Timed {
  readonly chunk: ChunkReport;
  readonly from: number;
  readonly to: number;
}

/** A bar is no narrower than this share of the picture: what would be, is drawn with its neighbours. */
const FINEST = 1 / 800;

/** Each worker's chunks, in as few lanes as hold what ran side by side. Chunks that have not landed are left out. */
export function lanesByWorker(chunks: readonly ChunkReport[]): readonly WorkerLanes[] {
  const timed = chunks.flatMap((chunk): Timed[] =>
    chunk.worker === null || chunk.startedAt === null || chunk.finishedAt === null
      ? []
      : [{ chunk, from: Date.parse(chunk.startedAt), to: Date.parse(chunk.finishedAt) }],
  );
  const window = timed.reduce((all, { from, to }) => ({ from: Math.min(all.from, from), to: Math.max(all.to, to) }), {
    from: Infinity,
    to: -Infinity,
  });
  const tones = new Map(
    [...new Set(chunks.map(({ table }) => table))].map((table, index) => [table, index % 2 === 0 ? 'work' : 'other'] as const),
  );
  return [...groupBy(timed, ({ chunk }) => chunk.worker!)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([worker, own]) => ({
      worker,
      lanes: lanesOf(own).map((lane) => drawn(lane, window, tones)),
      chunks: own.length,
      rows: own.reduce((sum, { chunk }) => sum + (chunk.rows ?? 0), 0),
      busy: own.reduce((sum, { from, to }) => sum + Math.max(0, to - from) / 1000, 0),
    }));
}

function lanesOf(own: readonly Timed[]): Timed[][] {
  const lanes: Timed[][] = [];
  for (const one of own.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const free = lanes.find((lane) => lane.at(-1)!.to <= one.from);
    if (free === undefined) lanes.push([one]);
    else free.push(one);
  }
  return lanes;
}

/** One bar a chunk; a row of chunks too short to be seen becomes one bar, so that a page of many chunks stays small. */
function drawn(
  lane: readonly Timed[],
  window: { readonly from: number; readonly to: number },
  tones: ReadonlyMap<string, Bar['tone']>,
): Bar[] {
  const place = scaleOf(window);
  const drawnBars: { bar: Bar; chunks: number }[] = [];
  for (const { chunk, from, to } of lane) {
    const at = place(from, to);
    const last = drawnBars.at(-1);
    const tone = chunk.attempt > 1 ? 'retry' : (tones.get(chunk.table) ?? 'work');
    if (last !== undefined && at.to - last.bar.from < FINEST) {
      const count = last.chunks + 1;
      const worst = last.bar.tone === 'retry' || tone === 'retry' ? 'retry' : last.bar.tone;
      drawnBars[drawnBars.length - 1] = {
        chunks: count,
        bar: { from: last.bar.from, to: at.to, tone: worst, title: `${count} short chunks` },
      };
    } else {
      const retried = chunk.attempt > 1 ? `, attempt ${chunk.attempt}` : '';
      const title = `${chunk.table} ${chunk.chunk}: ${formatCount(chunk.rows)} rows in ${formatSeconds((to - from) / 1000)}${retried}`;
      drawnBars.push({ chunks: 1, bar: { ...at, tone, title } });
    }
  }
  return drawnBars.map(({ bar }) => bar);
}
