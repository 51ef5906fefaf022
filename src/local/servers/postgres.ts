import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findPostgres, type PostgresBinaries } from '../install/find-postgres.ts';
import { type Account, accountFor, commandAs } from './account.ts';
import { fromTemplate } from './data-template.ts';
import { freePort } from './free-port.ts';
import { RestartableServer } from './restartable-server.ts';
import type { ServerSet } from './server-set.ts';
import { createDatabase, type DatabaseOptions } from './postgres-database.ts';

const run = promisify(execFile);
const PASSWORD = 'identitypassword';
const READY_MS = 60_000;
const UTF8_LOCALE = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';

export interface PostgresOptions {
  readonly servers: ServerSet;
  /** Unique in the set: `target`, `common_oltp`. */
  readonly name: string;
  /** Server settings, `{ fsync: 'off' }`, over the defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Locale and encoding of the template databases: a UTF-8 locale that orders by code point, and `UTF8`, unless given. */
  readonly locale?: string;
  readonly encoding?: string;
  /** The server's time zone, `UTC` unless given. */
  readonly timezone?: string;
  /** Directory of the server's programs; the newest that is installed unless given. */
  readonly binDirectory?: string;
}

/** Starts a PostgreSQL server of its own, empty: user `postgres`, password `identitypassword`, TCP on 127.0.0.1 only. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = installed(options);
  const account = accountFor('postgres');
  const directory = join(options.servers.directory, options.name);
  const dataDirectory = join(directory, 'data');
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  // The name is part of the key: a copy has its template's system identifier, which must tell source and target apart.
  const key = ['postgres', binaries.directory, binaries.major, options.name, localeOf(options), encodingOf(options)].join('-');
  await fromTemplate(key, dataDirectory, (template) => initialise(binaries, account, template, options));
  const server = new PostgresServer(options, binaries, account, directory, await freePort());
  await server.begin();
  return options.servers.add(server);
}

export class PostgresServer extends RestartableServer {
  readonly port: number;
  readonly dataDirectory: string;
  /** Directory of psql, pg_dump and pg_restore of this server's version. */
  readonly binDirectory: string;

  constructor(options: PostgresOptions, binaries: PostgresBinaries, account: Account | null, directory: string, port: number) {
    const dataDirectory = join(directory, 'data');
    super({
      name: options.name,
      command: join(binaries.directory, 'postgres'),
      args: ['-D', dataDirectory, ...settingsOf(options, port)],
      cwd: dataDirectory,
      account,
      logFile: join(directory, 'server.log'),
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      stopSignal: 'SIGINT',
    });
    this.port = port;
    this.dataDirectory = dataDirectory;
    this.binDirectory = binaries.directory;
  }

  begin(): Promise<void> {
    return this.start();
  }

  url(database = 'postgres'): string {
    return `postgresql://postgres:${PASSWORD}@127.0.0.1:${this.port}/${database}`;
  }

  /** Creates a database and returns its URL. */
  async createDatabase(name: string, options: DatabaseOptions = {}): Promise<string> {
    await createDatabase(this.url(), name, options);
    return this.url(name);
  }

  protected override readonly readyMs = READY_MS;

  protected override async probe(): Promise<void> {
    const client = new pg.Client({ connectionString: this.url(), connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function installed(options: PostgresOptions): PostgresBinaries {
  const found = options.binDirectory === undefined ? findPostgres() : { directory: options.binDirectory, major: 0 };
  if (found === null) throw new Error('PostgreSQL 15 or newer is not installed here. Next: npm test or npm run demo installs it.');
  return found;
}

async function initialise(binaries: PostgresBinaries, account: Account | null, directory: string, options: PostgresOptions): Promise<void> {
  mkdirSync(directory, { mode: 0o700 });
  const passwordFile = `${directory}.password`;
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  if (account !== null) for (const path of [directory, passwordFile]) chownSync(path, account.uid, account.gid);
  const { command, args, spawnOptions } = commandAs(account, 'INT', join(binaries.directory, 'initdb'), [
    ...['-D', directory, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-sync'],
    ...[`--locale=${localeOf(options)}`, `--encoding=${encodingOf(options)}`],
  ]);
  await run(command, args, { cwd: '/', ...spawnOptions });
  rmSync(passwordFile);
}

function localeOf(options: PostgresOptions): string {
  return options.locale ?? (encodingOf(options) === 'UTF8' ? UTF8_LOCALE : 'C');
}

function encodingOf(options: PostgresOptions): string {
  return options.encoding ?? 'UTF8';
}

function settingsOf(options: PostgresOptions, port: number): string[] {
  const timezone = options.timezone ?? 'UTC';
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone,
    log_timezone: timezone,
    max_connections: '200',
    max_wal_size: '2GB',
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
