import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `attempt` every `everyMs` until it does not throw, at most `forMs`; then the last error is thrown. */
export async function waitUntil<T>(attempt: () => Promise<T>, { forMs, everyMs = 50 }: { forMs: number; everyMs?: number }): Promise<T> {
  const end = Date.now() + forMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof GiveUp || Date.now() >= end) throw error;
      await sleep(everyMs);
    }
  }
}

/** Thrown by an attempt that no further attempt can mend. */
export class GiveUp extends Error {}
