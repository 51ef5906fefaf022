import { proxyActivities, type ActivityInterfaceFor, type ActivityOptions } from '@temporalio/workflow';
import type { createActivities } from '../activities/index.ts';
import { Disposition, FAILURES } from '../src/failures.ts';
import { summaryOf } from './activity-summary.ts';

type Implementations = ReturnType<typeof createActivities>;
export type Activities = ActivityInterfaceFor<Implementations>;
type SomeActivity = ActivityInterfaceFor<Record<'some', (...args: unknown[]) => Promise<unknown>>>['some'];

/** What no further attempt can mend. The rest is tried again: shortly by Temporal, then patiently by the workflow (see `patience.ts`). */
const FINAL = Object.entries(FAILURES)
  .filter(([, disposition]) => disposition !== Disposition.Retry)
  .map(([type]) => type);

const DEFAULT_HEARTBEAT = 30_000;

/** `heartbeatTimeout`: milliseconds after which a silent activity counts as dead. */
export function activityOptions(heartbeatTimeout: number = DEFAULT_HEARTBEAT): ActivityOptions {
  return {
    heartbeatTimeout,
    startToCloseTimeout: '24h',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 3, nonRetryableErrorTypes: FINAL },
  };
}

/** Every activity carries its summary, unless the caller gives another. */
export function activitiesWith(heartbeatTimeout?: number): Activities {
  const options = activityOptions(heartbeatTimeout);
  return new Proxy(proxyActivities<Implementations>(options), {
    get(activities, name: keyof Implementations) {
      const activity = activities[name] as SomeActivity;
      const summed = (...args: unknown[]) => activity.executeWithOptions({ ...options, summary: summaryOf(name, args) }, args);
      const executeWithOptions = (given: ActivityOptions, args: unknown[]) => activity.executeWithOptions(given, args);
      return Object.assign(summed, { executeWithOptions });
    },
  });
}
