import type { Client, WorkflowHandle } from '@temporalio/client';
import { DEFAULT_WORKFLOW_ID, QUERIES, type Progress, type RunInput, TASK_QUEUE, WORKFLOW_TYPE } from '../../src/contract.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import type { Stage } from './stage.ts';

/** How a run ended, for one that did not succeed. */
export interface EndedWith {
  readonly type: string;
  readonly message: string;
}

/** The run of the default workflow id, as an operator's hand and eye: started, asked, waited for. */
export class SteeredRun {
  readonly #stage: Stage;
  readonly #client: Client;
  readonly close: () => Promise<void>;

  private constructor(stage: Stage, client: Client, close: () => Promise<void>) {
    this.#stage = stage;
    this.#client = client;
    this.close = close;
  }

  static async on(stage: Stage): Promise<SteeredRun> {
    const { client, close } = await stage.client();
    return new SteeredRun(stage, client, close);
  }

  get handle(): WorkflowHandle {
    return this.#client.workflow.getHandle(DEFAULT_WORKFLOW_ID);
  }

  async start(input: RunInput = {}): Promise<void> {
    await this.#client.workflow.start(WORKFLOW_TYPE, { workflowId: DEFAULT_WORKFLOW_ID, taskQueue: TASK_QUEUE, args: [input] });
  }

  /** With a signal that is there before the first task of the workflow. */
  async startWithSignal(signal: string, input: RunInput = {}): Promise<void> {
    await this.#client.workflow.signalWithStart(WORKFLOW_TYPE, {
      ...{ workflowId: DEFAULT_WORKFLOW_ID, taskQueue: TASK_QUEUE, args: [input] },
      ...{ signal, signalArgs: [] },
    });
  }

  progress(): Promise<Progress> {
    return this.handle.query<Progress>(QUERIES.progress);
  }

  until(what: string, holds: (seen: Progress) => boolean, forMs = 300_000): Promise<void> {
    return waitUntil(
      async () => {
        const seen = await this.progress();
        if (!holds(seen)) throw new Error(`It is not so yet: ${what} (${seen.phase}, ${seen.state}, ${seen.notices.join(' / ')})`);
      },
      { forMs, everyMs: 50 },
    );
  }

  /** Waits for the end; null where it succeeded. */
  async failure(): Promise<EndedWith | null> {
    return this.handle.result().then(
      () => null,
      (error: { cause?: { type?: string; message?: string } }) => ({ type: error.cause?.type ?? '', message: error.cause?.message ?? '' }),
    );
  }

  /** What the Web UI shows as current details: Markdown. */
  async details(): Promise<string> {
    return (await this.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
  }

  /** Chunks that the ledger of the newest run has as done. */
  async landed(): Promise<number> {
    const [row] = await this.#stage.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM identity_migration.chunks WHERE state = 'done'
        AND run = (SELECT run FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1)`,
    );
    return row!.n;
  }

  /** Of the newest run, as the ledger has it. */
  async state(): Promise<string> {
    const [row] = await this.#stage.query<{ state: string }>('SELECT state FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1');
    return row!.state;
  }
}
