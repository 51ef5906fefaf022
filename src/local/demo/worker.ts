import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { PROJECT_DIRECTORY } from '../local-directory.ts';
import { ServerProcess } from '../servers/server-process.ts';
import { GiveUp, waitUntil } from '../servers/wait-until.ts';

const READY_MS = 120_000;
const WORKFLOW_QUEUE = 1;

/** Starts `src/worker.ts` as a process of its own, in `directory`; its log is `worker.log` there. */
export function startWorker(directory: string, env: NodeJS.ProcessEnv): ServerProcess {
  mkdirSync(directory, { recursive: true });
  const worker = new ServerProcess({
    name: 'worker',
    command: process.execPath,
    args: ['--import', import.meta.resolve('tsx'), join(PROJECT_DIRECTORY, 'src', 'worker.ts')],
    cwd: directory,
    account: null,
    logFile: join(directory, 'worker.log'),
    env,
    stopSignal: 'SIGTERM',
  });
  writeFileSync(join(directory, 'worker.pid'), `${worker.pid}\n`);
  return worker;
}

/** Waits until the worker polls `taskQueue` of the Temporal server at `address`; throws with the end of its log when it ended. */
export async function untilPolling(worker: ServerProcess, address: string, taskQueue: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await waitUntil(
      async () => {
        if (!worker.running) throw new GiveUp();
        const request = { namespace: 'default', taskQueue: { name: taskQueue }, taskQueueType: WORKFLOW_QUEUE };
        const { pollers } = await connection.workflowService.describeTaskQueue(request);
        if ((pollers ?? []).length === 0) throw new Error(`No worker polls ${taskQueue}.`);
      },
      { forMs: READY_MS, everyMs: 200 },
    );
  } catch (error) {
    throw error instanceof GiveUp ? worker.failure() : error;
  } finally {
    await connection.close();
  }
}
