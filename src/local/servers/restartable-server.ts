import type { LocalServer } from './server-set.ts';
import { type ServerCommand, ServerProcess } from './server-process.ts';
import { GiveUp, waitUntil } from './wait-until.ts';

/** A server whose process can be ended and started again on the same port and data. */
export abstract class RestartableServer implements LocalServer {
  readonly name: string;
  readonly #command: ServerCommand;
  #process: ServerProcess | null = null;

  protected constructor(command: ServerCommand) {
    this.name = command.name;
    this.#command = command;
  }

  get pid(): number {
    return this.#process?.pid ?? -1;
  }

  get running(): boolean {
    return this.#process?.running ?? false;
  }

  get logFile(): string {
    return this.#command.logFile;
  }

  /** How long a start may take, in milliseconds. */
  protected abstract readonly readyMs: number;

  /** Throws while the server does not answer. */
  protected abstract probe(): Promise<void>;

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async kill9(): Promise<void> {
    await this.#process?.kill9();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  signalNow(): void {
    this.#process?.signalNow();
  }

  protected async start(): Promise<void> {
    const until = Date.now() + this.readyMs;
    for (;;) {
      const started = new ServerProcess(this.#command);
      this.#process = started;
      try {
        await waitUntil(() => this.#answer(started), { forMs: until - Date.now() });
        return;
      } catch (error) {
        await started.kill9();
        // After kill -9 the parts of a server may outlive their parent by a moment and keep its data directory locked.
        if (!(error instanceof GiveUp) || !/lock|in use|already running/i.test(started.logTail()) || Date.now() > until)
          throw started.failure();
      }
    }
  }

  async #answer(started: ServerProcess): Promise<void> {
    if (!started.running) throw new GiveUp();
    await this.probe();
    // An answer from somebody else's server on this port is none.
    if (!started.running) throw new GiveUp();
  }
}
