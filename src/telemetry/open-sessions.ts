import type { MetricGauge, MetricMeter } from '@temporalio/common';

/** Database sessions that this process has open, by server. Those that wait for their next use count too. */
export class OpenSessions {
  readonly #open = new Map<string, number>();
  #gauge: MetricGauge | null = null;

  /** Whom to tell of a server's sessions. */
  of(server: string): (change: 1 | -1) => void {
    this.#open.set(server, 0);
    return (change) => {
      const now = (this.#open.get(server) ?? 0) + change;
      this.#open.set(server, now);
      this.#gauge?.set(now, { server });
    };
  }

  showOn(meter: MetricMeter): void {
    this.#gauge = meter.createGauge('identity_migration_database_sessions', 'int', undefined, 'Database sessions that are open, by server');
    for (const [server, now] of this.#open) this.#gauge.set(now, { server });
  }
}
