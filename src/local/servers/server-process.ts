import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, commandAs } from './account.ts';
import type { OwnedProcess } from './server-set.ts';

export interface ServerCommand {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly account: Account | null;
  /** Standard output and error are appended here. */
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** The server's signal for a quick, clean end that does not wait for its clients. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
}

const CLEAN_STOP_MS = 30_000;

/** One running server process, in a process group of its own, so that Ctrl-C reaches us alone and we stop it in order. */
export class ServerProcess implements OwnedProcess {
  readonly #what: ServerCommand;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(what: ServerCommand) {
    this.#what = what;
    const launch = commandAs(what.account, what.stopSignal === 'SIGINT' ? 'INT' : 'TERM', what.command, what.args);
    const log = openSync(what.logFile, 'a');
    this.#child = spawn(launch.command, launch.args, {
      cwd: what.cwd,
      env: what.env,
      stdio: ['ignore', log, log],
      detached: true,
      ...launch.spawnOptions,
    });
    closeSync(log);
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', () => resolve());
    });
  }

  get name(): string {
    return this.#what.name;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get running(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends it cleanly; with SIGKILL when it has not ended after 30 s. */
  async stop(): Promise<void> {
    if (this.running) this.#child.kill(this.#what.stopSignal);
    const deadline = new AbortController();
    await Promise.race([this.#ended, sleep(CLEAN_STOP_MS, undefined, { signal: deadline.signal }).catch(() => undefined)]);
    deadline.abort();
    await this.kill9();
  }

  async kill9(): Promise<void> {
    if (this.running) this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Only sends the signal: for the last moment of this process. */
  signalNow(): void {
    if (this.running) this.#child.kill(this.#what.stopSignal);
  }

  /** What an operator needs to see when it does not come up. */
  failure(): Error {
    return new Error(`The local server ${this.#what.name} did not start. The end of ${this.#what.logFile}:\n${this.logTail()}`);
  }

  logTail(): string {
    return readFileSync(this.#what.logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  }
}
