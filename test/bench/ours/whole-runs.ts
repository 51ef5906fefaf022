import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { TASK_QUEUE, WORKFLOW_TYPE, type RunInput } from '../../../src/contract.ts';
import { PROJECT_DIRECTORY } from '../../../src/local/local-directory.ts';
import { startTemporal, type TemporalServer } from '../../../src/local/servers/temporal.ts';
import type { LegacyServers } from '../servers/legacy-servers.ts';
import { timedFromCheckpoint } from '../servers/timing.ts';
import { environmentOf } from './product.ts';
import { secondsByPhase } from './seconds-by-phase.ts';

export interface WholeRun {
  /** From the workflow's start to its end, by Temporal's clock. */
  readonly seconds: number;
  readonly run: string;
  /**
   * `memoryMb`: of the largest worker, at its most; `historyEvents`; CPU seconds of all workers and of the servers; and by phase, the seconds from its first
   * activity's scheduling to its last one's end.
   */
  readonly figures: Readonly<Record<string, number>>;
}

/** Temporal and worker processes, built as they are shipped: runs are started and waited for, as operators do. */
export class WholeRuns {
  readonly #servers: LegacyServers;
  readonly #temporal: TemporalServer;
  readonly #connection: Connection;
  readonly #workers: ChildProcess[] = [];
  #runs = 0;

  private constructor(servers: LegacyServers, temporal: TemporalServer, connection: Connection) {
    this.#servers = servers;
    this.#temporal = temporal;
    this.#connection = connection;
  }

  static async open(servers: LegacyServers, workers = 1): Promise<WholeRuns> {
    execFileSync(process.execPath, ['scripts/build.js'], { cwd: PROJECT_DIRECTORY, stdio: 'ignore' });
    const temporal = await startTemporal({ servers: servers.servers });
    const runs = new WholeRuns(servers, temporal, await Connection.connect({ address: temporal.address }));
    await runs.haveWorkers(workers);
    return runs;
  }

  /** Starts or ends workers until this many poll. */
  async haveWorkers(count: number): Promise<void> {
    while (this.#workers.length < count) await this.#startWorker();
    while (this.#workers.length > count) await end(this.#workers.pop()!);
  }

  async close(): Promise<void> {
    await this.haveWorkers(0);
    await this.#connection.close();
  }

  async run(input: RunInput): Promise<WholeRun> {
    const client = new Client({ connection: this.#connection });
    this.#runs += 1;
    const workflowId = `bench-${this.#runs}`;
    this.#workers.forEach(forgetPeak);
    const args = [input];
    let run = '';
    const timed = await timedFromCheckpoint(
      this.#servers,
      async () =>
        ({ run } = (await client.workflow.execute(WORKFLOW_TYPE, { workflowId, taskQueue: TASK_QUEUE, args })) as { run: string }),
      this.#workers.map(({ pid }) => pid!),
    );
    const handle = client.workflow.getHandle(workflowId);
    const { startTime, closeTime, historyLength } = await handle.describe();
    return {
      seconds: (closeTime!.getTime() - startTime.getTime()) / 1_000,
      run,
      figures: {
        ...(await phasesOf(handle)),
        ...timed.figures,
        memoryMb: Math.max(...this.#workers.map(peakOf)),
        historyEvents: historyLength,
      },
    };
  }

  async #startWorker(): Promise<void> {
    const worker = spawn(process.execPath, ['dist/src/worker.js'], {
      cwd: PROJECT_DIRECTORY,
      env: { ...process.env, ...environmentOf(this.#servers), LOG_LEVEL: 'info', TEMPORAL_ADDRESS: this.#temporal.address },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#workers.push(worker);
    process.once('exit', () => worker.kill('SIGKILL'));
    const log = createWriteStream(join(this.#servers.servers.directory, `worker-${worker.pid}.log`));
    await new Promise<void>((resolve, reject) => {
      let seen = '';
      worker.stderr.on('data', (data: Buffer) => {
        log.write(data);
        seen = `${seen}${data.toString('utf8')}`.slice(-2_000);
        if (seen.includes('worker is ready')) resolve();
      });
      worker.once('exit', () => reject(new Error(`The worker ended: ${seen}`)));
    });
  }
}

async function end(worker: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  if (worker.kill('SIGKILL')) await exited;
}

async function phasesOf(handle: WorkflowHandle): Promise<Record<string, number>> {
  const { events } = await handle.fetchHistory();
  return secondsByPhase(events ?? []);
}

/** The kernel's own record of a process's largest resident size, in MB; NaN where it keeps none. */
function peakOf({ pid }: ChildProcess): number {
  const status = process.platform === 'linux' ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_024;
}

/** Where the kernel lets us: the record begins anew with each run. */
function forgetPeak({ pid }: ChildProcess): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // The peak of all runs so far is no less than that of this one.
  }
}
