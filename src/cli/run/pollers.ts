import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';

/** `TASK_QUEUE_TYPE_WORKFLOW` of Temporal's API. */
const WORKFLOW_QUEUE = 1;
/** A worker asks again each minute; Temporal remembers one for five minutes after it is gone. */
const FRESH_MS = 70_000;

/** How many workers poll the queue for workflow tasks, by what Temporal saw in the last minute; ended ones of this machine do not count. */
export async function countPollers(client: Client, taskQueue: string): Promise<number> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_QUEUE,
  });
  const since = Date.now() - FRESH_MS;
  const fresh = (pollers ?? []).filter((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1000 >= since);
  return fresh.filter((poller) => !hasEnded(poller.identity ?? '')).length;
}

/** Whether an identity as the SDK makes it (`pid@host`) is of a process of this machine that is gone. */
export function hasEnded(identity: string): boolean {
  const [, pid, host] = /^(\d+)@(.+)$/.exec(identity) ?? [];
  if (pid === undefined || host !== hostname()) {
    return false;
  }
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
