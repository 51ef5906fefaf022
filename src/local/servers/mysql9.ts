import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findProgram, isExecutable } from '../install/find-program.ts';
import { PROJECT_DIRECTORY } from '../local-directory.ts';
import { freePort, isFree } from './free-port.ts';
import { MYSQL_DATABASE, type MysqlAccount, mysqlUrl } from './mysql-accounts.ts';
import { runMysqlClient, type SqlSource } from './mysql-client.ts';
import type { MysqlServer } from './mysql.ts';
import { processDirectory } from './process-identity.ts';
import type { ServerSet } from './server-set.ts';

const run = promisify(execFile);

/** The program `mysql9` (start, stop, wipe and client, each with a PORT), where there is one: on PATH, or in tools beside the checkout. */
export function findMysql9(): string | null {
  const beside = resolve(PROJECT_DIRECTORY, '..', 'shared', 'tools', 'mysql9');
  return findProgram('mysql9') ?? (isExecutable(beside) ? beside : null);
}

/** Starts a MySQL 9 of its own through `mysql9`, on a free port; its first start on a machine downloads it. */
export async function startMysql9(options: { readonly servers: ServerSet; readonly name: string }): Promise<MysqlServer> {
  const tool = findMysql9();
  if (tool === null) throw new Error('There is no mysql9 program here, neither on PATH nor in tools beside the checkout.');
  const server = new ToolMysql(tool, options.name, await freePort());
  options.servers.add(server);
  await server.start();
  // The program keeps its data elsewhere: through this link a leftover of ours is found again.
  const directory = join(options.servers.directory, options.name);
  mkdirSync(directory, { recursive: true });
  symlinkSync(server.dataDirectory, join(directory, 'data'));
  return server;
}

class ToolMysql implements MysqlServer {
  readonly family = 'mysql';
  readonly name: string;
  readonly port: number;
  readonly #tool: string;

  constructor(tool: string, name: string, port: number) {
    this.#tool = tool;
    this.name = name;
    this.port = port;
  }

  get dataDirectory(): string {
    return join(process.env['MYSQL9_HOME'] ?? join(homedir(), '.cache', 'mysql9'), `data-${this.port}`);
  }

  get pid(): number {
    try {
      return Number.parseInt(readFileSync(join(this.dataDirectory, 'mysqld.pid'), 'utf8'), 10);
    } catch {
      return -1;
    }
  }

  get running(): boolean {
    return processDirectory(this.pid)?.endsWith(`data-${this.port}`) ?? false;
  }

  async start(): Promise<void> {
    await this.#run('start');
  }

  async stop(): Promise<void> {
    await this.#run('stop');
  }

  async kill9(): Promise<void> {
    if (!this.running) return;
    process.kill(this.pid, 'SIGKILL');
    // The process shows as ended before its last thread has closed the port.
    while (!(await isFree(this.port))) await sleep(20);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async discard(): Promise<void> {
    await this.#run('wipe');
  }

  signalNow(): void {
    if (this.running) process.kill(this.pid, 'SIGTERM');
  }

  url(account: MysqlAccount = 'mysql-user', database = MYSQL_DATABASE): string {
    return mysqlUrl(this.port, account, database);
  }

  client(source: SqlSource, database = MYSQL_DATABASE): Promise<string> {
    const args = ['client', String(this.port), '--batch', '--skip-column-names', database];
    return runMysqlClient({ command: this.#tool, args, env: process.env }, source);
  }

  async #run(command: 'start' | 'stop' | 'wipe'): Promise<void> {
    await run(this.#tool, [command, String(this.port)]);
  }
}
