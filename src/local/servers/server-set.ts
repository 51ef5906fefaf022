import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { localDirectory } from '../local-directory.ts';
import { sweep, takeDirectory } from './owned-directory.ts';

/** A process that somebody started and will stop. */
export interface OwnedProcess {
  readonly name: string;
  readonly pid: number;
  readonly running: boolean;
  /** Ends it cleanly; its data stays. */
  stop(): Promise<void>;
  /** Sends the stop signal and does not wait. */
  signalNow(): void;
  /** Removes what it keeps outside the set's directory. */
  discard?(): Promise<void>;
}

/** A local server; its pid is another one after `restart`. */
export interface LocalServer extends OwnedProcess {
  /** Ends it as a power cut would; its data stays. */
  kill9(): Promise<void>;
  /** Stops it if it runs, and starts it on the same port and data. */
  restart(): Promise<void>;
}

/** The servers that one process started, in one directory, so that all of them end with it. */
export class ServerSet {
  readonly directory: string;
  readonly #removeAtEnd: boolean;
  readonly #servers: OwnedProcess[] = [];
  readonly #atExit = (): void => this.#servers.forEach((server) => server.signalNow());

  private constructor(directory: string, removeAtEnd: boolean) {
    this.directory = directory;
    this.#removeAtEnd = removeAtEnd;
    process.once('exit', this.#atExit);
  }

  /** A set in `directory`, which is emptied first; it throws when a living process uses it. The data stays after `stopAll`. */
  static async at(directory: string): Promise<ServerSet> {
    await takeDirectory(directory);
    return new ServerSet(directory, false);
  }

  /** A set for a test, in a directory of this process alone, which `stopAll` removes. */
  static async forTest(name: string): Promise<ServerSet> {
    const parent = join(localDirectory(), 'tests');
    await sweep(parent);
    const directory = join(parent, `${name}-${process.pid}`);
    await takeDirectory(directory);
    return new ServerSet(directory, true);
  }

  add<S extends OwnedProcess>(server: S): S {
    if (this.#servers.some((other) => other.name === server.name)) throw new Error(`There is a local server ${server.name} already.`);
    this.#servers.push(server);
    return server;
  }

  /** Stops all, also when one cannot be stopped; then throws. */
  async stopAll(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#servers.map((server) => end(server)));
    this.#servers.length = 0;
    process.removeListener('exit', this.#atExit);
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    if (errors.length > 0) throw new AggregateError(errors, 'Some local servers could not be stopped.');
    if (this.#removeAtEnd) rmSync(this.directory, { recursive: true, force: true });
  }
}

async function end(server: OwnedProcess): Promise<void> {
  await server.stop();
  await server.discard?.();
}
