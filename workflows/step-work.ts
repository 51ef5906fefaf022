import type { StepList } from '../activities/types.ts';

/** Which step of a phase may start next: the pure state of a phase of steps, as the ledger lists them. */
export class StepWork {
  readonly of: number;
  readonly #parallel: () => number;
  readonly #done: Set<string>;
  readonly #open: StepList['steps'][number][];
  #running = 0;

  /** `concurrency`: the run's, which may change at any time. */
  constructor({ steps, parallel }: StepList, concurrency: () => number) {
    this.of = steps.length;
    this.#parallel = parallel === null ? concurrency : () => parallel;
    this.#done = new Set(steps.filter((step) => step.done).map((step) => step.step));
    this.#open = steps.filter((step) => !step.done);
  }

  get done(): number {
    return this.#done.size;
  }

  get running(): number {
    return this.#running;
  }

  get over(): boolean {
    return this.#done.size === this.of;
  }

  /** The next step whose predecessors are done, of the list's order; null while none may start. */
  take(): string | null {
    if (this.#running >= this.#parallel()) return null;
    const ready = this.#open.findIndex((step) => step.after.every((before) => this.#done.has(before)));
    if (ready === -1) return null;
    this.#running += 1;
    return this.#open.splice(ready, 1)[0]!.step;
  }

  finished(step: string): void {
    this.#running -= 1;
    this.#done.add(step);
  }

  /** It will not be tried again in this history. */
  failed(): void {
    this.#running -= 1;
  }
}
