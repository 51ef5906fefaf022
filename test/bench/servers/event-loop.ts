import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Timed } from './timing.ts';

/** Milliseconds between two looks, which are part of what is recorded. */
const RESOLUTION = 10;
const NANOSECONDS = 1e6;

/** Of a load in this process: how late its event loop was, in milliseconds; heartbeats and Temporal's polling share it in a worker. */
export async function withLag(load: () => Promise<Timed>): Promise<Timed> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  try {
    const { seconds, figures } = await load();
    const late = (percentile: number) => Math.max(0, delay.percentile(percentile) / NANOSECONDS - RESOLUTION);
    return { seconds, figures: { ...figures, 'lag p50 ms': late(50), 'lag p99 ms': late(99), 'lag max ms': late(100) } };
  } finally {
    delay.disable();
  }
}
