import { join } from 'node:path';
import pg from 'pg';
import { DEFAULT_OPTIONS, type RunInput } from '../../src/contract.ts';
import type { RunRef } from '../../src/db/ledger/fence.ts';
import { readRunFacts, type RunFacts } from '../../src/db/ledger/run-facts.ts';
import { loadAuthorization, loadCommonOltp } from '../../src/local/load.ts';
import { generateSample } from '../../src/local/sample/generate.ts';
import type { Manifest } from '../../src/local/sample/manifest.ts';
import type { MysqlServer } from '../../src/local/servers/mysql.ts';
import { startPostgres, type PostgresServer } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import type { mysqlFamilies } from '../../src/local/test-extent.ts';
import { copyChunk } from '../../src/phases/copy-chunk.ts';
import { createTables } from '../../src/phases/create.ts';
import { dropTables } from '../../src/phases/drop.ts';
import { backupTarget } from '../../src/phases/backup.ts';
import type { Attempt, Engine } from '../../src/phases/engine.ts';
import { finishTable } from '../../src/phases/finish-table.ts';
import { lockTarget } from '../../src/phases/lock.ts';
import { nextChunksOf, planChunks } from '../../src/phases/plan-chunks.ts';
import { preflight } from '../../src/phases/preflight.ts';
import { endCopy } from '../../src/phases/end-copy.ts';
import { constrainStep } from '../../src/phases/constrain.ts';
import { endRound } from '../../src/phases/moves/end-round.ts';
import { lookForMoves } from '../../src/phases/moves/look-for-moves.ts';
import { movesStep } from '../../src/phases/moves/moves-step.ts';
import { planProofs } from '../../src/phases/proof/plan-proofs.ts';
import { proofStep } from '../../src/phases/proof/proof-step.ts';
import { reconcileStep } from '../../src/phases/reconcile.ts';
import { writeReport } from '../../src/phases/report.ts';
import type { SteppedList } from '../../src/phases/step-types.ts';
import { endSteps, listSteps } from '../../src/phases/steps.ts';
import { unlockTarget } from '../../src/phases/unlock.ts';
import { verifyStep } from '../../src/phases/verify.ts';
import { planHash } from '../../src/plan/hash.ts';
import { EMPTY_TABLES, PLAN } from '../../src/plan/plan.ts';
import { StepWork } from '../../workflows/step-work.ts';

/** Tables that are copied, and steps that are done, side by side. */
const AT_ONCE = 3;

export interface ProofStageOptions {
  readonly name: string;
  readonly family: ReturnType<typeof mysqlFamilies>[number];
  readonly users?: number;
  readonly chunkRows?: number;
}

/** What Temporal says of whoever starts these runs. */
export const STARTED_BY = { by: 'temporal-cli:ada@host', askedAt: '2026-01-31T10:00:00.000Z' };

/** Real servers with the sample, and a run that is walked phase by phase, without Temporal. */
export class ProofStage {
  readonly servers: ServerSet;
  readonly engine: Engine;
  readonly source: PostgresServer;
  readonly target: PostgresServer;
  readonly mysql: MysqlServer;
  readonly manifest: Manifest;
  readonly attempt: Attempt = { signal: new AbortController().signal, beat: () => undefined };
  #ref: RunRef | null = null;
  #starts = 0;

  private constructor(parts: Pick<ProofStage, 'servers' | 'engine' | 'source' | 'target' | 'mysql' | 'manifest'>) {
    this.servers = parts.servers;
    this.engine = parts.engine;
    this.source = parts.source;
    this.target = parts.target;
    this.mysql = parts.mysql;
    this.manifest = parts.manifest;
  }

  static async open({ name, family, users = 500, chunkRows = 150 }: ProofStageOptions): Promise<ProofStage> {
    const servers = await ServerSet.forTest(name);
    const settings = { fsync: 'off', datestyle: 'SQL, DMY' };
    const directory = join(servers.directory, 'sample');
    const [source, target, mysql, manifest] = await Promise.all([
      startPostgres({ servers, name: 'common_oltp', timezone: 'America/St_Johns', settings }),
      startPostgres({ servers, name: 'target', timezone: 'Asia/Tokyo', settings }),
      family.start({ servers, name: 'authorization', timezone: '+05:30', characterSet: 'latin1' }),
      generateSample({ users, seed: 7, directory }),
    ]);
    const sourceUrl = await loadCommonOltp(source, join(directory, 'common_oltp'));
    await loadAuthorization(mysql, join(directory, 'Authorization'));
    const targetUrl = await target.createDatabase('identity');
    const engine: Engine = {
      databases: {
        target: { role: 'target', name: 'identity', url: targetUrl },
        commonOltp: { role: 'source', name: 'common_oltp', url: sourceUrl },
        authorization: { role: 'source', name: 'authorization_db', url: mysql.url() },
      },
      backupDirectory: join(servers.directory, 'backups'),
      reportDirectory: join(servers.directory, 'reports'),
      worker: 'test:1',
      heartbeatTimeout: 30_000,
      chunkRows,
      copyPath: 'binary',
    };
    return new ProofStage({ servers, engine, source, target, mysql, manifest });
  }

  close(): Promise<void> {
    return this.servers.stopAll();
  }

  get ref(): RunRef {
    if (this.#ref === null) throw new Error('No run was begun');
    return this.#ref;
  }

  /** Takes the lock: of a new run, or of the one that its last holder left. */
  async lock(given: RunInput = {}): Promise<void> {
    const { engine, attempt } = this;
    const checked = await preflight(engine, { ...DEFAULT_OPTIONS, ...given }, attempt);
    this.#starts += 1;
    const holder = { workflowId: 'proof', firstExecutionRunId: `start ${this.#starts}` };
    const askTemporal = () => Promise.resolve('closed' as const);
    const status = await lockTarget(
      engine,
      { given, preflight: checked, holder, reset: false, startedBy: STARTED_BY, askTemporal },
      attempt,
    );
    this.#ref = { run: status.run, epoch: status.epoch };
  }

  /** From the beginning until the bare tables stand. */
  async begin(given: RunInput = {}): Promise<void> {
    const { engine, attempt } = this;
    await this.lock(given);
    await backupTarget(engine, this.ref, attempt);
    await dropTables(engine, this.ref, attempt);
    await createTables(engine, this.ref, attempt);
  }

  async copyTable(table: string): Promise<void> {
    const { engine, ref, attempt } = this;
    await planChunks(engine, ref, table, 1, attempt);
    for (const chunk of await nextChunksOf(engine, ref, table, 0, 10_000, attempt)) await copyChunk(engine, ref, { table, chunk }, attempt);
    await finishTable(engine, ref, table, attempt);
  }

  async copyAll(): Promise<void> {
    const queue = [...PLAN.map((plan) => plan.table), ...EMPTY_TABLES];
    const work = async () => {
      for (let table = queue.shift(); table !== undefined; table = queue.shift()) await this.copyTable(table);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /** One round: which tables moved; their chunks are copied again. Null where there is nothing to look at. */
  async healOnce(): Promise<string[] | null> {
    const { engine, ref, attempt } = this;
    const round = await lookForMoves(engine, ref, attempt);
    if (round === null) return null;
    await this.runSteps('moves', movesStep);
    const tables = (await endRound(engine, ref, round, attempt)).map(({ table }) => table);
    for (const table of tables) await this.copyTable(table);
    return tables;
  }

  /** Proves, reconciles, constrains, verifies and ends the run. */
  async finish(): Promise<void> {
    const { engine, ref, attempt } = this;
    await planProofs(engine, ref, attempt);
    await this.runSteps('proof', proofStep);
    await endCopy(engine, ref, attempt);
    for (const [phase, step] of [
      ['reconcile', reconcileStep],
      ['constrain', constrainStep],
      ['verify', verifyStep],
    ] as const) {
      await this.runSteps(phase, step);
      await endSteps(engine, ref, phase, attempt);
    }
    await unlockTarget(engine, ref, await writeReport(engine, ref, attempt), attempt);
  }

  /** The steps of a list, as many at once as in a run, each once those it comes after are done. */
  async runSteps(list: SteppedList, run: typeof proofStep): Promise<void> {
    const work = new StepWork(await listSteps(this.engine, this.ref, list, this.attempt), () => AT_ONCE);
    const running = new Set<Promise<void>>();
    while (!work.over) {
      for (let step = work.take(); step !== null; step = work.take()) {
        const taken = step;
        const doing = run(this.engine, this.ref, taken, this.attempt).then(() => {
          work.finished(taken);
          running.delete(doing);
        });
        running.add(doing);
      }
      await Promise.race(running);
    }
  }

  facts(): Promise<RunFacts> {
    return this.withTarget((client) => readRunFacts(client, this.ref, planHash));
  }

  withUrl<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    return withClient(url, work);
  }

  withTarget<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    return withClient(this.engine.databases.target.url, work);
  }

  withSource<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    return withClient(this.engine.databases.commonOltp.url, work);
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.withTarget(async (client) => (await client.query<Row>(sql, [...values])).rows);
  }
}

/** As our own sessions: bigint as number, UTC. */
async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const getTypeParser = ((oid: number, format?: 'text') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser;
  const client = new pg.Client({ connectionString: url, types: { getTypeParser } });
  await client.connect();
  try {
    await client.query("SET timezone = 'UTC'; SET datestyle = 'ISO'");
    return await work(client);
  } finally {
    await client.end();
  }
}
