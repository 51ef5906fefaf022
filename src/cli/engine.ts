import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { databaseUrls, type Config } from '../config.ts';
import type { Databases, Server } from '../db/server.ts';
import type { Engine } from '../phases/engine.ts';

/** What a process keeps of its sessions on a server: who is told of them, and where those wait that are used again. */
export type SessionKeeping = (server: string) => Pick<Server, 'counted' | 'idle'>;

/** What the phases need, from the environment: for the worker, and for commands that run a phase themselves. */
export function engineOf(config: Config, keeping?: SessionKeeping): Engine {
  return {
    databases: databasesOf(config, keeping),
    backupDirectory: resolve(config.backupDir),
    reportDirectory: resolve(config.reportDir),
    worker: `${hostname()}:${process.pid}`,
    heartbeatTimeout: config.heartbeatTimeout,
    chunkRows: config.chunkRows,
    copyPath: config.copyPath,
  };
}

function databasesOf(config: Config, keeping?: SessionKeeping): Databases {
  const urls = databaseUrls(config);
  const watchEvery = config.heartbeatTimeout / 2;
  const server = (role: Server['role'], name: string, url: string): Server => {
    return { role, name, url, watchEvery, ...keeping?.(name) };
  };
  return {
    target: server('target', 'identity', urls.target.url),
    commonOltp: server('source', 'common_oltp', urls.common_oltp.url),
    authorization: server('source', 'authorization_db', urls.authorization_db.url),
  };
}
