import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { DEFAULT_WORKFLOW_ID, TASK_QUEUE, WORKFLOW_TYPE } from '../../src/contract.ts';
import { loadAuthorization, loadCommonOltp } from '../../src/local/load.ts';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';
import { generateSample } from '../../src/local/sample/generate.ts';
import type { Manifest } from '../../src/local/sample/manifest.ts';
import type { MysqlServer } from '../../src/local/servers/mysql.ts';
import { startPostgres, type PostgresServer } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { startTemporal, type TemporalServer } from '../../src/local/servers/temporal.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { as, createAccounts, MIGRATOR, READER } from './least-privilege.ts';

export interface StageOptions {
  readonly name: string;
  readonly users?: number;
  readonly family?: ReturnType<typeof mysqlFamilies>[number];
  /** Encoding of the PostgreSQL source, UTF8 unless given. */
  readonly sourceEncoding?: string;
  /** The Temporal server's dynamic configuration. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
  /** With Temporal's Web UI. */
  readonly ui?: boolean;
  /** Worker and command line log in with accounts that have the grants of the README and no more, and this password; as superusers unless given. */
  readonly password?: string;
  /** Environment of worker and command line. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Parts = Pick<Stage, 'servers' | 'source' | 'target' | 'mysql' | 'temporal' | 'manifest' | 'environment' | 'sourceUrl'>;

/** Real servers in three time zones, the sample loaded into the sources, workers and commands as processes of their own. */
export class Stage {
  readonly servers: ServerSet;
  readonly source: PostgresServer;
  readonly target: PostgresServer;
  readonly mysql: MysqlServer;
  readonly temporal: TemporalServer;
  readonly manifest: Manifest;
  readonly environment: NodeJS.ProcessEnv;
  readonly sourceUrl: string;
  readonly #workers: ChildProcess[] = [];

  private constructor(parts: Parts) {
    this.servers = parts.servers;
    this.source = parts.source;
    this.target = parts.target;
    this.mysql = parts.mysql;
    this.temporal = parts.temporal;
    this.manifest = parts.manifest;
    this.environment = parts.environment;
    this.sourceUrl = parts.sourceUrl;
  }

  static async open({
    name,
    users = 500,
    sourceEncoding = 'UTF8',
    family = mysqlFamilies()[0]!,
    environment = {},
    dynamicConfig = {},
    ui = false,
    password,
  }: StageOptions): Promise<Stage> {
    const servers = await ServerSet.forTest(name);
    const settings = { fsync: 'off' };
    const directory = join(servers.directory, 'sample');
    const [source, target, mysql, temporal, manifest] = await Promise.all([
      startPostgres({
        servers,
        name: 'common_oltp',
        timezone: 'America/St_Johns',
        encoding: sourceEncoding,
        locale: sourceEncoding === 'UTF8' ? 'C.UTF-8' : 'C',
        settings,
      }),
      startPostgres({ servers, name: 'target', timezone: 'Asia/Tokyo', settings }),
      family.start({ servers, name: 'authorization', timezone: '+05:30', characterSet: 'latin1' }),
      startTemporal({ servers, dynamicConfig, ui }),
      generateSample({ users, seed: 7, directory }),
    ]);
    const [sourceUrl, , targetUrl] = await Promise.all([
      loadCommonOltp(source, join(directory, 'common_oltp')),
      loadAuthorization(mysql, join(directory, 'Authorization')),
      target.createDatabase('identity'),
    ]);
    if (password !== undefined) await createAccounts((sql, url) => query(url!, sql), { sourceUrl, targetUrl, mysql, password });
    const by = (url: string, user: string) => (password === undefined ? url : as(url, user, password));
    const variables = {
      ...process.env,
      IDENTITY_DB_URL: by(targetUrl, MIGRATOR),
      TEMP_COMMON_OLTP_DB_URL: by(sourceUrl, READER),
      LEGACY_AUTH_DB_URL: by(mysql.url(), READER),
      TEMPORAL_ADDRESS: temporal.address,
      BACKUP_DIR: join(servers.directory, 'backups'),
      REPORT_DIR: join(servers.directory, 'reports'),
      ...environment,
    };
    return new Stage({ servers, source, target, mysql, temporal, manifest, environment: variables, sourceUrl });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => this.end(worker, 'SIGKILL')));
    await this.servers.stopAll();
  }

  /** Starts a worker and waits until it is ready. `script`: what runs it, from the project's directory. */
  async startWorker(environment: Readonly<Record<string, string>> = {}, script = 'src/worker.ts'): Promise<ChildProcess> {
    mkdirSync(this.servers.directory, { recursive: true });
    const worker = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: PROJECT_DIRECTORY,
      env: { ...this.environment, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#workers.push(worker);
    const log = createWriteStream(join(this.servers.directory, `worker-${worker.pid}.log`));
    let seen = '';
    await new Promise<void>((resolve, reject) => {
      worker.stderr!.on('data', (chunk: Buffer) => {
        log.write(chunk);
        seen += chunk.toString('utf8');
        if (seen.includes('worker is ready')) resolve();
      });
      worker.once('exit', () => reject(new Error(`The worker ended: ${seen.slice(-1000)}`)));
    });
    return worker;
  }

  /** As a power cut would. */
  async killWorkers(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => this.end(worker, 'SIGKILL')));
  }

  async end(worker: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill(signal);
    await exited;
  }

  /** Runs the command line to its end. */
  cli(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.run([join(PROJECT_DIRECTORY, 'bin', 'identity-migrate.js'), ...args], environment);
  }

  /** Runs Node with these arguments to its end. */
  run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return run(process.execPath, args, { ...this.environment, ...environment });
  }

  /** All that the Temporal server has written. */
  temporalFiles(): string {
    const directory = join(this.servers.directory, this.temporal.name);
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
  }

  async client(): Promise<{ client: Client; close: () => Promise<void> }> {
    const connection = await Connection.connect({ address: this.temporal.address });
    return { client: new Client({ connection }), close: () => connection.close() };
  }

  /** Starts the workflow past every check of the command line, as the Web UI can, and gives the failure it ends with. */
  async failureOf(args: readonly unknown[], type = WORKFLOW_TYPE): Promise<{ type: string; message: string }> {
    const { client, close } = await this.client();
    try {
      const handle = await client.workflow.start(type, { workflowId: DEFAULT_WORKFLOW_ID, taskQueue: TASK_QUEUE, args: [...args] });
      const failed = await handle.result().then(
        () => ({ type: 'none', message: 'it succeeded' }),
        (error: { cause?: { type?: string; message?: string } }) => ({
          type: error.cause?.type ?? '',
          message: error.cause?.message ?? '',
        }),
      );
      return failed;
    } finally {
      await close();
    }
  }

  /** As the superuser; of the target unless a URL is given. */
  query<Row extends pg.QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
    url: string = this.target.url('identity'),
  ): Promise<Row[]> {
    return query<Row>(url, sql, values);
  }

  /** A transaction of somebody else, on the target unless said, open until it is released. */
  async hold(sql: string, url: string = this.target.url('identity')): Promise<{ readonly release: () => Promise<void> }> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`BEGIN; ${sql}`);
    return { release: () => client.end() };
  }

  /** Every table of a schema: rows, and a checksum that does not depend on their order. */
  async contents(schema: string, url: string = this.target.url('identity')): Promise<Record<string, string>> {
    const tables = await this.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r' AND relname <> 'schema_revisions' ORDER BY 1`,
      [schema],
      url,
    );
    const found: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await this.query<{ sum: string }>(
        `SELECT count(*) || '/' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS sum FROM ${schema}.${pg.escapeIdentifier(name)} t`,
        [],
        url,
      );
      found[name] = row!.sum;
    }
    return found;
  }

  /** Of the newest run: rejects and adjustments, counted. */
  async accounting(): Promise<string[]> {
    const rows = await this.query<{ line: string }>(
      `WITH last AS (SELECT run FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1)
       SELECT concat_ws('|', table_name, reason, detail, source_key) AS line FROM identity_migration.rejects JOIN last USING (run) WHERE replayed_at IS NULL
       UNION ALL SELECT concat_ws('|', table_name, reason, detail, source_key::text, column_name, sum(rows)) FROM identity_migration.adjustments JOIN last USING (run)
       GROUP BY table_name, reason, detail, source_key::text, column_name ORDER BY 1`,
    );
    return rows.map((row) => row.line);
  }

  /** Both sources: every table's checksum. */
  async sources(): Promise<{ oltp: Record<string, string>; authorization: string }> {
    const tables = ['role', 'role_assignment', 'client', 'client_user', '`group`', 'group_membership', 'permission_policy'];
    const authorization = await this.mysql.client({ sql: `CHECKSUM TABLE ${tables.join(', ')};` }, 'authorization_db');
    return { oltp: await this.contents('common_oltp', this.sourceUrl), authorization };
  }
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET timezone = 'UTC'; SET datestyle = 'ISO'");
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(command, [...args], { cwd: PROJECT_DIRECTORY, env, maxBuffer: 64 << 20 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
