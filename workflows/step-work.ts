import type { StepList } from '../activities/types.ts';

/** Which step of a phase may start next: the pure state of a phase of steps, as the ledger lists them. */
export class StepWork {
  readonly #parallel: () => number;
  readonly #done = new Set<string>();
  readonly #open: StepList['steps'][number][] = [];
  #of = 0;
  #running = 0;

  /** `concurrency`: the run's, which may change at any time. */
  constructor({ steps, parallel }: StepList, concurrency: () => number) {
    this.#parallel = parallel === null ? concurrency : () => parallel;
    this.add(steps);
  }

  /** Further steps, which the list did not have so far. */
  add(steps: StepList['steps']): void {
    this.#of += steps.length;
    for (const step of steps) {
      if (step.done) this.#done.add(step.step);
      else this.#open.push(step);
    }
  }

  get of(): number {
    return this.#of;
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
