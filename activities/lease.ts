import { renewLease } from '../src/db/ledger/fence.ts';
import { withPostgres } from '../src/db/postgres/session.ts';
import type { Server } from '../src/db/server.ts';
import type { RunRef } from './types.ts';

const RENEW_EVERY = 10_000;

/** Renews the lease of this worker's run in the target, at most every ten seconds however many activities touch it. */
export class Lease {
  readonly #target: Server;
  #renewedAt = 0;

  constructor(target: Server) {
    this.#target = target;
  }

  /** Never throws: a run that was taken over is noticed by the work's own fence, a target that is away by the work itself. */
  touch(ref: RunRef): void {
    if (Date.now() - this.#renewedAt < RENEW_EVERY) return;
    this.#renewedAt = Date.now();
    const session = { applicationName: 'identity-migration lease', fallback: 'TargetUnreachable' } as const;
    withPostgres(this.#target, session, (client) => renewLease(client, ref)).catch(() => {});
  }
}
