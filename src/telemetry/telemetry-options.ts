import { makeTelemetryFilterString, type TelemetryOptions } from '@temporalio/worker';
import { CHUNK_HISTOGRAM, CHUNK_SECONDS } from './run-metrics.ts';

/** What the SDK's runtime logs and exports. `bindAddress` (`IP:port`): one Prometheus endpoint for the SDK's metrics and ours. */
export function telemetryOptions(bindAddress: string | null): TelemetryOptions {
  return {
    logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
    ...(bindAddress === null
      ? {}
      : {
          metrics: {
            prometheus: {
              bindAddress,
              countersTotalSuffix: true,
              useSecondsForDurations: true,
              histogramBucketOverrides: { [CHUNK_HISTOGRAM]: CHUNK_SECONDS },
            },
          },
        }),
  };
}
