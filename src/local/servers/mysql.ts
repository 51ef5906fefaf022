import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { findMysql, type MysqlBinaries, type MysqlFamily } from '../install/find-mysql.ts';
import { accountFor } from './account.ts';
import { fromTemplate } from './data-template.ts';
import { freePort } from './free-port.ts';
import { MYSQL_DATABASE, type MysqlAccount, MYSQL_ROOT_PASSWORD, mysqlUrl } from './mysql-accounts.ts';
import { type SqlSource, runMysqlClient } from './mysql-client.ts';
import { initialiseMysql, STORAGE_OPTIONS } from './mysql-data.ts';
import { RestartableServer } from './restartable-server.ts';
import type { ServerCommand } from './server-process.ts';
import type { LocalServer, ServerSet } from './server-set.ts';

/** A MySQL or MariaDB server with database `authorization_db` and the accounts of mysql-accounts.ts. */
export interface MysqlServer extends LocalServer {
  readonly family: MysqlFamily;
  readonly port: number;
  readonly dataDirectory: string;
  /** `mysql-user` and `authorization_db` unless given. */
  url(account?: MysqlAccount, database?: string): string;
  /** Runs SQL through the `mysql` client as root, as an operator would; returns its output, tab-separated without names. */
  client(source: SqlSource, database?: string): Promise<string>;
}

export interface MysqlOptions {
  readonly servers: ServerSet;
  readonly name: string;
  /** Server options over the defaults, `{ 'innodb-flush-log-at-trx-commit': '0' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The server's time zone as an offset, `+00:00` unless given. */
  readonly timezone?: string;
  /** The server's default character set, `utf8mb4` unless given. */
  readonly characterSet?: string;
}

/** Starts a server of the installed family (MariaDB before MySQL), TCP on 127.0.0.1 only, with an empty `authorization_db`. */
export async function startMysql(options: MysqlOptions): Promise<MysqlServer> {
  const binaries = findMysql();
  if (binaries === null) throw new Error('Neither MariaDB nor MySQL is installed here. Next: npm test or npm run demo installs it.');
  const account = accountFor('mysql');
  const directory = join(options.servers.directory, options.name);
  const dataDirectory = join(directory, 'data');
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const key = [binaries.family, binaries.version].join('-');
  await fromTemplate(key, dataDirectory, (template) => initialiseMysql(binaries, account, template));
  const port = await freePort();
  const server = new InstalledMysql(binaries, port, dataDirectory, {
    name: options.name,
    command: binaries.server,
    args: ['--no-defaults', ...STORAGE_OPTIONS[binaries.family], ...settingsOf(options, dataDirectory, port)],
    cwd: dataDirectory,
    account,
    logFile: join(directory, 'server.log'),
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
    stopSignal: 'SIGTERM',
  });
  await server.begin();
  return options.servers.add(server);
}

function settingsOf(options: MysqlOptions, dataDirectory: string, port: number): string[] {
  const settings = {
    datadir: dataDirectory,
    tmpdir: dataDirectory,
    'bind-address': '127.0.0.1',
    port: String(port),
    socket: 'mysqld.sock',
    'pid-file': 'mysqld.pid',
    // MariaDB has no server_uuid: this tells one local server from another.
    'server-id': String(port),
    'default-time-zone': options.timezone ?? '+00:00',
    'character-set-server': options.characterSet ?? 'utf8mb4',
    'max-allowed-packet': '64M',
    'local-infile': 'OFF',
    'performance-schema': 'OFF',
    ...options.settings,
  };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}

class InstalledMysql extends RestartableServer implements MysqlServer {
  readonly family: MysqlFamily;
  readonly port: number;
  readonly dataDirectory: string;
  readonly #client: string;

  constructor(binaries: MysqlBinaries, port: number, dataDirectory: string, command: ServerCommand) {
    super(command);
    this.family = binaries.family;
    this.port = port;
    this.dataDirectory = dataDirectory;
    this.#client = binaries.client;
  }

  begin(): Promise<void> {
    return this.start();
  }

  url(account: MysqlAccount = 'mysql-user', database = MYSQL_DATABASE): string {
    return mysqlUrl(this.port, account, database);
  }

  client(source: SqlSource, database = MYSQL_DATABASE): Promise<string> {
    const args = [
      '--no-defaults',
      '--protocol=TCP',
      '--host=127.0.0.1',
      `--port=${this.port}`,
      '--user=root',
      '--batch',
      '--skip-column-names',
    ];
    const env = { PATH: process.env['PATH'], MYSQL_PWD: MYSQL_ROOT_PASSWORD };
    const options = ['--default-character-set=utf8mb4', '--max-allowed-packet=64M'];
    return runMysqlClient({ command: this.#client, args: [...args, ...options, database], env }, source);
  }

  protected override readonly readyMs = 90_000;

  protected override async probe(): Promise<void> {
    const connection = await createConnection({ uri: this.url('root'), connectTimeout: 2_000 });
    await connection.end();
  }
}
