import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { databaseUrls, type Config } from '../config.ts';
import type { Databases, Server } from '../db/server.ts';
import type { Engine } from '../phases/engine.ts';

/** Whom to tell of the sessions that are opened and closed on a server. */
export type SessionCounter = (server: string) => NonNullable<Server['counted']>;

/** What the phases need, from the environment: for the worker, and for commands that run a phase themselves. */
export function engineOf(config: Config, counter?: SessionCounter): Engine {
  return {
    databases: databasesOf(config, counter),
    backupDirectory: resolve(config.backupDir),
    reportDirectory: resolve(config.reportDir),
    worker: `${hostname()}:${process.pid}`,
    heartbeatTimeout: config.heartbeatTimeout,
    chunkRows: config.chunkRows,
    copyPath: config.copyPath,
  };
}

function databasesOf(config: Config, counter?: SessionCounter): Databases {
  const urls = databaseUrls(config);
  const watchEvery = config.heartbeatTimeout / 2;
  const server = (role: Server['role'], name: string, url: string): Server => {
    const counted = counter?.(name);
    return { role, name, url, watchEvery, ...(counted !== undefined && { counted }) };
  };
  return {
    target: server('target', 'identity', urls.target.url),
    commonOltp: server('source', 'common_oltp', urls.common_oltp.url),
    authorization: server('source', 'authorization_db', urls.authorization_db.url),
  };
}
