import type { MetricGauge, MetricMeter } from '@temporalio/common';
import { PHASES, type Phase } from '../contract.ts';

/** Milliseconds after its last activity that a worker still counts as in a phase: a server that is away is asked each 30 s. */
const LINGERS = 60_000;

/** In which phase this worker works: 1 for that phase, 0 for the others. A paused run, or an idle worker, is in none after a minute. */
export class PhaseGauge {
  readonly #gauge: MetricGauge;
  #phase: Phase | null = null;
  #running = 0;
  #lastSeen = 0;

  constructor(meter: MetricMeter) {
    this.#gauge = meter.createGauge('identity_migration_phase', 'int', undefined, 'Whether this worker works in the phase: 1 or 0');
    this.#show();
  }

  /** An activity of the phase begins; the function that is returned tells its end. */
  begins(phase: Phase): (now: number) => void {
    this.#running += 1;
    if (this.#phase !== phase) {
      this.#phase = phase;
      this.#show();
    }
    return (now) => {
      this.#running -= 1;
      this.#lastSeen = now;
    };
  }

  /** To be called now and then. */
  look(now: number): void {
    if (this.#phase === null || this.#running > 0 || now - this.#lastSeen < LINGERS) return;
    this.#phase = null;
    this.#show();
  }

  #show(): void {
    for (const phase of PHASES) this.#gauge.set(phase === this.#phase ? 1 : 0, { phase });
  }
}
