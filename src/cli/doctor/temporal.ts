import type { TemporalEnvironment } from '../../temporal/environment.ts';
import { withTemporal } from '../run/connect.ts';
import { countPollers } from '../run/pollers.ts';
import { checked, ok, problem, type Check } from './check.ts';

/** Whether Temporal answers, and whether a worker polls the task queue. */
export async function lookAtTemporal(read: () => TemporalEnvironment): Promise<readonly Check[]> {
  let workers: Check = problem('worker', 'not known: Temporal could not be asked', 'mend the line above first.');
  const server = await checked('temporal', async () => {
    const temporal = read();
    const { namespace, taskQueue, connection } = temporal;
    return withTemporal(temporal, async (client) => {
      await client.workflowService.describeNamespace({ namespace });
      const { serverVersion } = await client.workflowService.getSystemInfo({});
      workers = await checked('worker', async () => judge(taskQueue, await countPollers(client, taskQueue)));
      const tls = connection.tls === false ? 'without TLS' : 'over TLS';
      return ok('temporal', `${connection.address} answers ${tls}: server ${serverVersion}, namespace ${namespace}`);
    });
  });
  return [server, workers];
}

function judge(taskQueue: string, count: number): Check {
  if (count > 0) return ok('worker', `${count} ${count === 1 ? 'polls' : 'poll'} task queue ${taskQueue}`);
  return problem(
    'worker',
    `none polls task queue ${taskQueue}: a run would wait`,
    'npm run worker (or docker compose up -d worker) where the three databases can be reached; db:migrate-to-identity starts its own.',
  );
}
