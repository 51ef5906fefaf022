import type pg from 'pg';

/** Milliseconds that a session waits for its next use before it is closed. */
const IDLE_FOR = 5_000;

/** Two methods of pg 8 that its types leave out: whether the connection keeps the process alive. */
type Referenced = pg.Client & { ref(): void; unref(): void };

interface Idle {
  readonly client: Referenced;
  readonly dispose: () => void;
}

/**
 * Sessions of one server that wait for their next use, by application name. Most of a run's work is short: opening a session for each
 * (login key, a process on the server with empty caches) costs more than the work. Measured on a run of empty tables: 470 activities.
 */
export class IdleSessions {
  readonly #waiting = new Map<string, Idle[]>();

  /** One that waits, if any: it may have been cut meanwhile without a word, as any session may. */
  take(applicationName: string): pg.Client | null {
    const idle = this.#waiting.get(applicationName)?.pop();
    if (idle === undefined) return null;
    idle.dispose();
    idle.client.ref();
    return idle.client;
  }

  /**
   * Keeps a session that has ended its work, for a while, as if new: no transaction, no setting, no temporary table. It keeps no process
   * alive. `close` is called once when nobody took it; one that the server ends meanwhile is closed as well.
   */
  give(applicationName: string, given: pg.Client, close: () => void): void {
    const client = given as Referenced;
    const mine = this.#waiting.get(applicationName) ?? [];
    this.#waiting.set(applicationName, mine);
    const over = (): void => {
      idle.dispose();
      mine.splice(mine.indexOf(idle), 1);
      close();
    };
    const timer = setTimeout(over, IDLE_FOR).unref();
    const idle: Idle = {
      client,
      dispose: () => {
        clearTimeout(timer);
        client.off('end', over);
      },
    };
    client.once('end', over);
    client.unref();
    mine.push(idle);
  }
}
