import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricMeter } from '@temporalio/common';

const EVERY = 5_000;
const NANOSECONDS = 1e9;
/** Milliseconds between two looks of the histogram, which are part of what it records: a loop that is never late has these. */
const RESOLUTION = 20;
const QUANTILES = { p50: 50, p99: 99, max: 100 } as const;

/** Shows how late the event loop was in the last five seconds, and calls `also` as often. Returns what ends it. */
export function watchEventLoop(meter: MetricMeter, also: () => void): () => void {
  const gauge = meter.createGauge(
    'identity_migration_event_loop_lag_seconds',
    'float',
    undefined,
    'How late the event loop was in the last five seconds; heartbeats share it',
  );
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  const look = () => {
    for (const [quantile, percentile] of Object.entries(QUANTILES)) {
      gauge.set(Math.max(0, delay.percentile(percentile) / NANOSECONDS - RESOLUTION / 1_000), { quantile });
    }
    delay.reset();
    also();
  };
  look();
  const timer = setInterval(look, EVERY);
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
