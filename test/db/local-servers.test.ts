import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAuthorization, loadCommonOltp } from '../../src/local/load.ts';
import { generateSample } from '../../src/local/sample/generate.ts';
import { LEGACY_ROLES } from '../../src/local/sample/legacy-roles.ts';
import { startMysql } from '../../src/local/servers/mysql.ts';
import { startPostgres } from '../../src/local/servers/postgres.ts';
import { processDirectory } from '../../src/local/servers/process-identity.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { startTemporal } from '../../src/local/servers/temporal.ts';

let servers: ServerSet;

beforeEach(async () => {
  servers = await ServerSet.forTest('local-servers');
});

afterEach(async () => {
  await servers.stopAll();
});

describe('a PostgreSQL server', () => {
  it('starts empty with the wanted settings, and keeps its data and port over kill -9', async () => {
    const server = await startPostgres({ servers, name: 'target', timezone: 'Asia/Kolkata', settings: { work_mem: '7MB' } });
    const url = await server.createDatabase('legacy', { encoding: 'LATIN1', locale: 'C' });
    expect(await postgres(url, 'SHOW timezone')).toEqual([['Asia/Kolkata']]);
    expect(await postgres(url, 'SHOW work_mem')).toEqual([['7MB']]);
    expect(await postgres(url, 'SHOW server_encoding')).toEqual([['LATIN1']]);
    await postgres(url, "CREATE TABLE kept AS SELECT 'café' AS word");
    const before = server.pid;

    await server.kill9();
    expect(server.running).toBe(false);
    await expect(postgres(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);

    await server.restart();
    expect(server.pid).not.toBe(before);
    expect(await postgres(url, 'SELECT word FROM kept')).toEqual([['café']]);
  });

  it('refuses a wrong password', async () => {
    const server = await startPostgres({ servers, name: 'target' });
    await expect(postgres(server.url().replace('identitypassword', 'wrong'), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('has a system identifier of its own', async () => {
    const both = [await startPostgres({ servers, name: 'target' }), await startPostgres({ servers, name: 'common_oltp' })];
    const identifier = 'SELECT system_identifier FROM pg_control_system()';
    const identifiers = await Promise.all(both.map((server) => postgres(server.url(), identifier)));
    expect(identifiers[0]).not.toEqual(identifiers[1]);
  });

  it('says what is wrong when it does not come up', async () => {
    const start = startPostgres({ servers, name: 'target', settings: { shared_buffers: 'plenty' } });
    await expect(start).rejects.toThrow(/target did not start(.|\n)*shared_buffers/);
  });
});

describe('a MySQL-family server', () => {
  it('has the accounts and database of the compose file, takes a dump, and keeps its data over kill -9', async () => {
    const server = await startMysql({ servers, name: 'auth', timezone: '+05:30' });
    expect(await mysql(server.url(), 'SELECT DATABASE(), @@global.time_zone, @@character_set_server')).toEqual([
      ['authorization_db', '+05:30', 'utf8mb4'],
    ]);
    await server.client({ sql: "SET sql_mode = ''; CREATE TABLE kept (at datetime); INSERT INTO kept VALUES ('0000-00-00 00:00:00')" });
    await expect(server.client({ sql: 'SELECT * FROM missing' })).rejects.toThrow(/authorization_db.missing/);
    await expect(mysql(server.url(), 'CREATE DATABASE other')).rejects.toThrow(/denied/);

    await server.kill9();
    await expect(mysql(server.url(), 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
    await server.restart();
    expect(await server.client({ sql: 'SELECT at FROM kept' })).toBe('0000-00-00 00:00:00\n');
  });
});

describe('a Temporal server', () => {
  it('answers, and so does its Web UI, and it comes back after kill -9', async () => {
    const server = await startTemporal({ servers, ui: true });
    expect(await namespaces(server.address)).toContain('default');
    expect((await fetch(server.uiUrl ?? '')).status).toBe(200);

    await server.kill9();
    await server.restart();
    expect(await namespaces(server.address)).toContain('default');
  });
});

describe('loading the dumps', () => {
  it('makes the roles a fresh server lacks, without login, and both sources', async () => {
    const [oltp, auth] = await Promise.all([startPostgres({ servers, name: 'common_oltp' }), startMysql({ servers, name: 'auth' })]);
    const sample = join(servers.directory, 'sample');
    const manifest = await generateSample({ users: 500, seed: 1, directory: sample });
    const url = await loadCommonOltp(oltp, join(sample, 'common_oltp'));
    await loadAuthorization(auth, join(sample, 'Authorization'));

    const roles = await postgres(url, "SELECT rolname FROM pg_roles WHERE NOT rolcanlogin AND rolname NOT LIKE 'pg\\_%' ORDER BY 1");
    expect(roles.flat()).toEqual([...LEGACY_ROLES].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(await postgres(url, 'SELECT count(*)::int FROM common_oltp."user"')).toEqual([[manifest.users]]);
    expect(await mysql(auth.url(), 'SELECT count(*) FROM role')).toEqual([[manifest.tables['roles']?.source]]);
  });

  it('stops at the first error of a dump', async () => {
    const server = await startPostgres({ servers, name: 'common_oltp' });
    const dump = join(servers.directory, 'broken.sql');
    writeFileSync(dump, 'CREATE TABLE before_it (a int);\nSELECT 1/0;\nCREATE TABLE after_it (a int);\n');
    await expect(loadCommonOltp(server, dump)).rejects.toThrow(/division by zero/);
    const tables = "SELECT relname FROM pg_class WHERE relname IN ('before_it', 'after_it')";
    expect(await postgres(server.url('common_oltp_db'), tables)).toEqual([['before_it']]);
  });
});

describe('a set of servers', () => {
  it('ends its servers with stopAll and removes a test’s directory', async () => {
    const set = await ServerSet.forTest('local-servers-end');
    const server = await startPostgres({ servers: set, name: 'target' });
    const data = server.dataDirectory;
    expect(processDirectory(server.pid)).toBe(data);
    await set.stopAll();
    expect(processDirectory(server.pid)).toBeNull();
    expect(existsSync(set.directory)).toBe(false);
  });

  it('is refused a directory that a living process uses', async () => {
    await expect(ServerSet.at(servers.directory)).rejects.toThrow(`Process ${process.pid} is using ${servers.directory}`);
  });

  it('takes over what a killed process left, and no server of it runs on', async () => {
    const directory = join(servers.directory, 'owned');
    const owner = await startOwner(directory);
    expect(processDirectory(owner.server)).toBe(join(directory, 'target', 'data'));
    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');

    const set = await ServerSet.at(directory);
    expect(processDirectory(owner.server)).toBeNull();
    const server = await startPostgres({ servers: set, name: 'target' });
    expect(await postgres(server.url(), 'SELECT 1')).toEqual([[1]]);
    await set.stopAll();
    expect(readFileSync(server.logFile, 'utf8')).toContain('database system is shut down');
  });
});

/** Another process that starts a server in `directory` and stays; `server` is that server's pid. */
async function startOwner(directory: string): Promise<{ process: ChildProcess; server: number }> {
  const local = new URL('../../src/local/servers/', import.meta.url);
  const script = `
    const { ServerSet } = await import('${local.href}server-set.ts');
    const { startPostgres } = await import('${local.href}postgres.ts');
    const server = await startPostgres({ servers: await ServerSet.at('${directory}'), name: 'target' });
    console.log(server.pid);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, server: Number(said.toString()) };
}

async function postgres(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

async function mysql(url: string, sql: string): Promise<unknown> {
  const connection = await createConnection({ uri: url, rowsAsArray: true });
  try {
    return (await connection.query(sql))[0];
  } finally {
    await connection.end();
  }
}

async function namespaces(address: string): Promise<(string | null | undefined)[]> {
  const connection = await Connection.connect({ address });
  try {
    const { namespaces: found } = await connection.workflowService.listNamespaces({});
    return found.map((namespace) => namespace.namespaceInfo?.name);
  } finally {
    await connection.close();
  }
}
