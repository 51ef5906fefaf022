import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, createWriteStream, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import pg from 'pg';
import { DEFAULT_WORKFLOW_ID, TASK_QUEUE, WORKFLOW_TYPE, type Phase, type RunInput } from '../../src/contract.ts';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';
import type { mysqlFamilies } from '../../src/local/test-extent.ts';
import { Stage } from '../e2e/stage.ts';
import { Link } from './link.ts';
import { SmallDisk } from './small-disk.ts';
import type { Guard, Trap } from './points.ts';

export interface ArenaOptions {
  readonly name: string;
  readonly users: number;
  readonly family?: ReturnType<typeof mysqlFamilies>[number];
  /** A guard of the protocol that the workers lack. */
  readonly without?: Guard;
}

/** Every row of the target and of the accounting, as checksums and counts. */
export interface EndState {
  readonly contents: Record<string, string>;
  readonly accounting: readonly string[];
  readonly equation: readonly string[];
}

/** Room for two databases of the sample and what a run needs besides. */
const SMALL_DISK_MB = 400;
const MARKED_DONE = 'worker is ready';

/** Real servers behind links that can be cut, and workers that can be trapped. */
export class Arena {
  readonly stage: Stage;
  readonly links: { readonly target: Link; readonly source: Link; readonly mysql: Link };
  /** Where the target's tables lie; null where none may be mounted here. */
  readonly disk: SmallDisk | null;
  readonly workers = new Set<ChildProcess>();
  readonly #without: Guard | undefined;
  readonly #admin: string;

  private constructor(stage: Stage, links: Arena['links'], disk: SmallDisk | null, without: Guard | undefined) {
    this.stage = stage;
    this.disk = disk;
    this.links = links;
    this.#without = without;
    this.#admin = stage.target.url('postgres');
  }

  static async open({ name, users, family, without }: ArenaOptions): Promise<Arena> {
    const environment = { CHUNK_ROWS: String(Math.ceil(users / 8)), HEARTBEAT_TIMEOUT: '2s', LOG_LEVEL: 'info' };
    const stage = await Stage.open({ name, users, environment, ...(family === undefined ? {} : { family }) });
    const [target, source, mysql] = await Promise.all([
      Link.to(stage.target.port),
      Link.to(Number(new URL(stage.sourceUrl).port)),
      Link.to(stage.mysql.port),
    ]);
    const disk = SmallDisk.mount(SMALL_DISK_MB);
    const arena = new Arena(stage, { target, source, mysql }, disk, without);
    if (disk !== null) await arena.useDisk(disk);
    return arena;
  }

  get trapFile(): string {
    return join(this.stage.servers.directory, 'trap.json');
  }

  async close(): Promise<void> {
    await this.killWorkers();
    await Promise.all(Object.values(this.links).map((link) => link.close()));
    await this.stage.target.stop();
    this.disk?.unmount();
    await this.stage.close();
  }

  /** Starts a worker behind the links, and waits until it polls. */
  async startWorker(): Promise<ChildProcess> {
    const { servers, environment, sourceUrl, mysql } = this.stage;
    const worker = spawn(process.execPath, ['--import', 'tsx', join('test', 'faults', 'trapped-worker.ts')], {
      cwd: PROJECT_DIRECTORY,
      env: {
        ...environment,
        IDENTITY_DB_URL: this.links.target.through(this.stage.target.url('identity')),
        TEMP_COMMON_OLTP_DB_URL: this.links.source.through(sourceUrl),
        LEGACY_AUTH_DB_URL: this.links.mysql.through(mysql.url()),
        FAULT_FILE: this.trapFile,
        ...(this.#without === undefined ? {} : { FAULT_WITHOUT: this.#without }),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.workers.add(worker);
    worker.once('exit', () => this.workers.delete(worker));
    const log = createWriteStream(join(servers.directory, `worker-${worker.pid}.log`));
    await new Promise<void>((resolve, reject) => {
      let seen = '';
      worker.stderr.on('data', (data: Buffer) => {
        log.write(data);
        if (seen.includes(MARKED_DONE)) return;
        seen += data.toString('utf8');
        if (seen.includes(MARKED_DONE)) resolve();
      });
      worker.once('exit', () => reject(new Error(`The worker ended before it was ready: ${seen.slice(-1000)}`)));
    });
    return worker;
  }

  async killWorkers(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => this.kill(worker)));
  }

  async kill(worker: ChildProcess): Promise<void> {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGKILL');
    await exited;
  }

  setTrap(trap: Trap | null): void {
    rmSync(`${this.trapFile}.sprung`, { force: true });
    if (trap === null) rmSync(this.trapFile, { force: true });
    else writeFileSync(this.trapFile, JSON.stringify(trap));
  }

  /** An empty target, or a copy of the finished one that `keepAsFinished` put by. */
  async reset(begin: 'empty' | 'finished'): Promise<void> {
    const template = begin === 'empty' ? 'template0' : 'identity_finished';
    const place = this.disk === null ? '' : ' TABLESPACE small';
    await this.#asAdmin(['DROP DATABASE IF EXISTS identity WITH (FORCE)', `CREATE DATABASE identity TEMPLATE ${template}${place}`]);
  }

  /** Makes a tablespace of the disk, for the databases of all resets. */
  async useDisk(disk: SmallDisk): Promise<void> {
    const directory = join(disk.directory, 'tables');
    mkdirSync(directory, { mode: 0o700 });
    const { uid, gid } = statSync(this.stage.target.dataDirectory);
    chownSync(directory, uid, gid);
    await this.#asAdmin([`CREATE TABLESPACE small LOCATION '${directory}'`]);
  }

  async keepAsFinished(): Promise<void> {
    await this.#asAdmin(['DROP DATABASE IF EXISTS identity_finished', 'CREATE DATABASE identity_finished TEMPLATE identity']);
  }

  async start(input: RunInput, workflowId = DEFAULT_WORKFLOW_ID): Promise<void> {
    await this.withClient((client) => client.workflow.start(WORKFLOW_TYPE, { workflowId, taskQueue: TASK_QUEUE, args: [input] }));
  }

  async withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address: this.stage.temporal.address, connectTimeout: 5_000 });
    try {
      return await work(new Client({ connection }));
    } finally {
      await connection.close();
    }
  }

  withRun<T>(work: (handle: WorkflowHandle) => Promise<T>, workflowId = DEFAULT_WORKFLOW_ID): Promise<T> {
    return this.withClient((client) => work(client.workflow.getHandle(workflowId)));
  }

  /** Where the open run is; null where there is none, or the target does not answer. */
  async where(): Promise<{ phase: Phase; done: number; of: number } | null> {
    try {
      const [row] = await this.stage.query<{ phase: Phase; done: number; of: number }>(
        `SELECT r.phase, count(c.chunk) FILTER (WHERE c.state = 'done')::int AS done, count(c.chunk)::int AS of
           FROM identity_migration.runs r LEFT JOIN identity_migration.chunks c USING (run)
          WHERE r.state IN ('running', 'paused') GROUP BY r.run`,
      );
      return row ?? null;
    } catch {
      return null;
    }
  }

  async endState(): Promise<EndState> {
    const equation = await this.stage.query<{ line: string }>(
      `SELECT concat_ws('|', table_name, state, source_rows, loaded, merged, rejected, adjusted) AS line FROM identity_migration.tables
        WHERE run = (SELECT run FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1) ORDER BY 1`,
    );
    return {
      contents: await this.stage.contents('identity'),
      accounting: await this.stage.accounting(),
      equation: equation.map((row) => row.line),
    };
  }

  async #asAdmin(statements: readonly string[]): Promise<void> {
    const client = new pg.Client({ connectionString: this.#admin });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }
}
