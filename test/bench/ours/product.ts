import { join } from 'node:path';
import { engineOf } from '../../../src/cli/engine.ts';
import { loadConfig } from '../../../src/config.ts';
import type { Attempt, Engine } from '../../../src/phases/engine.ts';
import type { LegacyServers } from '../servers/legacy-servers.ts';

/** What worker and command line read for these servers. */
export function environmentOf({ servers, sourceUrl, target, mysql }: LegacyServers): Readonly<Record<string, string>> {
  return {
    IDENTITY_DB_URL: target.url('identity'),
    TEMP_COMMON_OLTP_DB_URL: sourceUrl,
    LEGACY_AUTH_DB_URL: mysql.url(),
    BACKUP_DIR: join(servers.directory, 'backups'),
    REPORT_DIR: join(servers.directory, 'reports'),
    LOG_LEVEL: 'warn',
  };
}

/** The engine as the worker has it, in this process. */
export function engineFor(servers: LegacyServers): Engine {
  return engineOf(loadConfig(environmentOf(servers), servers.servers.directory));
}

/** Nobody cancels, nobody listens. */
export const alone = (): Attempt => ({ signal: new AbortController().signal, beat: () => {} });

/** Does all of these, `atOnce` at a time, in order. */
export async function pool<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
