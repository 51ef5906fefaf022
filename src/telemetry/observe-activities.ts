import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { namesOf, phaseOf } from './activity-names.ts';
import type { PhaseGauge } from './phase-gauge.ts';
import type { RunMetrics } from './run-metrics.ts';

/** Around every activity: run, table, chunk and step in each of its log lines, its phase and its failures in the metrics. */
export function observeActivities(metrics: RunMetrics, phases: PhaseGauge): ActivityInterceptorsFactory {
  return ({ info }) => {
    let names = {};
    return {
      inbound: {
        async execute(input, next) {
          names = namesOf(info.activityType, input.args);
          const phase = phaseOf(info.activityType, input.args);
          const ends = phase === null ? null : phases.begins(phase);
          try {
            return await next(input);
          } catch (error) {
            tellFailure(metrics, error);
            throw error;
          } finally {
            ends?.(Date.now());
          }
        },
      },
      outbound: { getLogAttributes: (input, next) => next({ ...input, ...names }) },
    };
  };
}

/** A cancelled activity has not failed. */
function tellFailure(metrics: RunMetrics, error: unknown): void {
  const { name, type, nonRetryable } = error as {
    readonly name?: string;
    readonly type?: string | null;
    readonly nonRetryable?: boolean | null;
  };
  if (name === 'CancelledFailure') return;
  metrics.failed(type ?? 'Unforeseen', nonRetryable !== true);
}
