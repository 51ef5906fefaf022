import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { databaseUrls, type Config } from '../config.ts';
import type { Databases } from '../db/server.ts';
import type { Engine } from '../phases/engine.ts';

/** What the phases need, from the environment: for the worker, and for commands that run a phase themselves. */
export function engineOf(config: Config): Engine {
  return {
    databases: databasesOf(config),
    backupDirectory: resolve(config.backupDir),
    reportDirectory: resolve(config.reportDir),
    worker: `${hostname()}:${process.pid}`,
    heartbeatTimeout: config.heartbeatTimeout,
    chunkRows: config.chunkRows,
    copyPath: config.copyPath,
  };
}

function databasesOf(config: Config): Databases {
  const urls = databaseUrls(config);
  const watchEvery = config.heartbeatTimeout / 2;
  return {
    target: { role: 'target', name: 'identity', url: urls.target.url, watchEvery },
    commonOltp: { role: 'source', name: 'common_oltp', url: urls.common_oltp.url, watchEvery },
    authorization: { role: 'source', name: 'authorization_db', url: urls.authorization_db.url, watchEvery },
  };
}
