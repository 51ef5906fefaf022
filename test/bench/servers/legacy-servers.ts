import { join } from 'node:path';
import { loadAuthorization, loadCommonOltp } from '../../../src/local/load.ts';
import { generateSample } from '../../../src/local/sample/generate.ts';
import type { MysqlServer } from '../../../src/local/servers/mysql.ts';
import { startMysql } from '../../../src/local/servers/mysql.ts';
import { startPostgres, type PostgresServer } from '../../../src/local/servers/postgres.ts';
import type { ServerSet } from '../../../src/local/servers/server-set.ts';

/** The three servers of a measure, both sources loaded with a sample. What peers load lands in the target's database `peer`. */
export interface LegacyServers {
  readonly servers: ServerSet;
  readonly source: PostgresServer;
  readonly sourceUrl: string;
  readonly target: PostgresServer;
  readonly mysql: MysqlServer;
}

export const PEER_DATABASE = 'peer';

/** A server's worth of memory; crash-safe, as a target is. Autovacuum would come when it likes. */
const SETTINGS = { shared_buffers: '1GB', max_wal_size: '4GB', autovacuum: 'off' };
/** A dump of fewer users would exceed the limits of rejected rows. */
export const LEAST_USERS = 500;

export interface LegacyOptions {
  readonly servers: ServerSet;
  /** Of the sample; 500 unless given. */
  readonly users?: number;
  /** The installed family unless given. */
  readonly startFamily?: typeof startMysql;
}

export async function startLegacyServers({
  servers,
  users = LEAST_USERS,
  startFamily = startMysql,
}: LegacyOptions): Promise<LegacyServers> {
  const source = await startPostgres({ servers, name: 'common_oltp', settings: SETTINGS });
  const target = await startPostgres({ servers, name: 'target', settings: SETTINGS });
  const mysql = await startFamily({ servers, name: 'authorization', settings: { 'innodb-buffer-pool-size': '1G' } });
  const directory = join(servers.directory, 'sample');
  await generateSample({ users, seed: 1, directory });
  const sourceUrl = await loadCommonOltp(source, join(directory, 'common_oltp'));
  await loadAuthorization(mysql, join(directory, 'Authorization'));
  await target.createDatabase('identity');
  await target.createDatabase(PEER_DATABASE);
  return { servers, source, sourceUrl, target, mysql };
}
