import { sleep } from '@temporalio/workflow';
import { isPassing, seen } from './failure.ts';

/** Whom the run waits for, by the work that waits. */
export class Waiting {
  readonly #for = new Map<string, string>();
  /** Called after each change: the screen follows. */
  onChange: () => void = () => {};

  /** One of them, for the operator; null where nothing waits. */
  get first(): string | null {
    return this.#for.values().next().value ?? null;
  }

  set(work: string, whom: string): void {
    this.#for.set(work, whom);
    this.onChange();
  }

  clear(work: string): void {
    if (this.#for.delete(work)) this.onChange();
  }
}

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 30_000;

/** Does `work` again for as long as the cause may pass, with durable timers in between; shows whom it waits for meanwhile. */
export async function patiently<T>(waiting: Waiting, name: string, work: () => Promise<T>): Promise<T> {
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      const result = await work();
      waiting.clear(name);
      return result;
    } catch (error) {
      const failure = seen(error);
      if (!isPassing(failure)) {
        waiting.clear(name);
        throw error;
      }
      waiting.set(name, failure.message);
      await sleep(wait, { summary: `${name} waits` });
    }
  }
}
