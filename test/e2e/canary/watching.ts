import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFileSync } from 'node:child_process';
import type { Client } from '@temporalio/client';
import { QUERIES } from '../../../src/contract.ts';

/** Something looked at again and again until it is stopped; each new sight is kept once. */
export class Watching {
  readonly #seen = new Set<string>();
  readonly #over: Promise<void>;
  #stopped = false;

  constructor(look: () => Promise<readonly string[]> | readonly string[], everyMs: number) {
    this.#over = this.#go(look, everyMs);
  }

  async stop(): Promise<string> {
    this.#stopped = true;
    await this.#over;
    return [...this.#seen].join('\n');
  }

  async #go(look: () => Promise<readonly string[]> | readonly string[], everyMs: number): Promise<void> {
    while (!this.#stopped) {
      for (const sight of await look()) this.#seen.add(sight);
      await sleep(everyMs);
    }
  }
}

/** What Temporal tells of a run in flight: pending activities with heartbeats and last failures, progress, current details. */
export function watchRun(client: Client, workflowId: string): Watching {
  const handle = client.workflow.getHandle(workflowId);
  return new Watching(async () => {
    const answers = await Promise.allSettled([
      handle.describe().then(({ raw }) => raw),
      handle.query(QUERIES.progress),
      handle.query('__temporal_workflow_metadata'),
    ]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [JSON.stringify(answer.value)] : []));
  }, 200);
}

/** Every process's command line, as anybody on the machine can list it. */
export function watchProcesses(): Watching {
  return new Watching(process.platform === 'linux' ? linuxProcesses : listedProcesses, 10);
}

function linuxProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()];
      } catch {
        return [];
      }
    });
}

const listedProcesses = (): string[] => execFileSync('ps', ['-Aww', '-o', 'args'], { encoding: 'utf8' }).split('\n');
