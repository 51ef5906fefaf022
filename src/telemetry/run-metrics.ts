import type { MetricCounter, MetricHistogram, MetricMeter } from '@temporalio/common';
import { Disposition, FAILURES } from '../failures.ts';
import type { Observed, Tallies } from '../phases/observed.ts';

/** Bounds in seconds of the histogram of chunks: a chunk is sized to a few seconds of work. */
export const CHUNK_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
export const CHUNK_HISTOGRAM = 'identity_migration_chunk_seconds';

/** What a worker has done for runs, as metrics. Names and labels: tables, reasons and failure types; never a value of a row. */
export class RunMetrics {
  readonly #rows: MetricCounter;
  readonly #bytes: MetricCounter;
  readonly #rejected: MetricCounter;
  readonly #adjusted: MetricCounter;
  readonly #failures: MetricCounter;
  readonly #chunkSeconds: MetricHistogram;

  constructor(meter: MetricMeter) {
    const counter = (name: string, description: string) => meter.createCounter(`identity_migration_${name}`, undefined, description);
    this.#rows = counter('rows_copied', 'Rows that landed in the target, by table');
    this.#bytes = counter('bytes_copied', 'Bytes sent to the target, by table');
    this.#rejected = counter('rows_rejected', 'Rows kept out, by table and reason');
    this.#adjusted = counter('rows_adjusted', 'Rows changed to fit, by table and reason');
    this.#failures = counter('activity_failures', 'Attempts that failed, by failure type and whether they are tried again');
    // From zero on: a counter that begins at one has no increase to alert on.
    for (const [type, disposition] of Object.entries(FAILURES)) {
      this.#failures.add(0, { type, retried: String(disposition === Disposition.Retry) });
    }
    this.#chunkSeconds = meter.createHistogram(CHUNK_HISTOGRAM, 'float', undefined, 'Seconds from claim to commit of a chunk, by table');
  }

  observed(observed: Observed): void {
    if (observed.kind === 'rule') {
      const { table, effect, reason, rows } = observed;
      this.#count(effect === 'rejected' ? this.#rejected : this.#adjusted, table, { [reason]: rows });
      return;
    }
    const { outcome, seconds, rejected, adjusted } = observed;
    const { table } = outcome;
    this.#rows.add(outcome.rows, { table });
    this.#bytes.add(outcome.bytes, { table });
    this.#chunkSeconds.record(seconds, { table });
    this.#count(this.#rejected, table, rejected);
    this.#count(this.#adjusted, table, adjusted);
  }

  /** `type`: of the closed list, or `Unforeseen`. */
  failed(type: string, retried: boolean): void {
    this.#failures.add(1, { type, retried: String(retried) });
  }

  #count(counter: MetricCounter, table: string, tallies: Tallies): void {
    for (const [reason, rows] of Object.entries(tallies)) counter.add(rows, { table, reason });
  }
}
