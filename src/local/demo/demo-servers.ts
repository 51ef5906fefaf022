import { type MysqlServer, startMysql } from '../servers/mysql.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import type { ServerSet } from '../servers/server-set.ts';
import { startTemporal, type TemporalServer } from '../servers/temporal.ts';

export interface DemoServers {
  readonly target: PostgresServer;
  readonly commonOltp: PostgresServer;
  readonly authorization: MysqlServer;
  readonly temporal: TemporalServer;
}

export const TARGET_DATABASE = 'identity';

/** Starts what production has: two separate PostgreSQL servers, one of the MySQL family, and Temporal with its Web UI. */
export async function startDemoServers(servers: ServerSet): Promise<DemoServers> {
  // All of them settle before an error is passed on: none may come up after the set has been stopped.
  const [target, commonOltp, authorization, temporal] = await Promise.allSettled([
    startPostgres({ servers, name: 'target' }),
    startPostgres({ servers, name: 'common_oltp' }),
    startMysql({ servers, name: 'authorization' }),
    startTemporal({ servers, ui: true }),
  ]);
  const started = {
    target: valueOf(target),
    commonOltp: valueOf(commonOltp),
    authorization: valueOf(authorization),
    temporal: valueOf(temporal),
  };
  await started.target.createDatabase(TARGET_DATABASE);
  return started;
}

function valueOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
