import { ApplicationFailure, CancellationScope, condition, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import { SIGNALS, UPDATES, type AbortRequest, type ConcurrencyRequest, type PauseRequest } from '../src/contract.ts';
import { looksLikeSecret } from '../src/secret-like.ts';
import { parseAbort, parseConcurrency, parsePause } from '../src/input.ts';
import { Notices, type ToldSoFar } from './notices.ts';

/** What continue-as-new carries over of the operators' wishes, and of what they were told. An abort ends the run, and is never carried. */
export interface Wishes {
  readonly paused: boolean;
  readonly concurrency: number;
  readonly told: ToldSoFar;
}

const pauseSignal = defineSignal<[PauseRequest?]>(SIGNALS.pause);
const resumeSignal = defineSignal<[unknown?]>(SIGNALS.resume);
const abortSignal = defineSignal<[AbortRequest?]>(SIGNALS.abort);
const setConcurrencyUpdate = defineUpdate<number, [ConcurrencyRequest]>(UPDATES.setConcurrency);

/** The operators' hand on the run: pause, resume, abort and concurrency, as signals and updates set them. */
export class Control {
  /** Cancelled by the first abort: what runs on the servers is cancelled with it. */
  readonly scope = new CancellationScope();
  readonly #notices = new Notices();
  #concurrencyAsked = false;
  /** Called after each signal and update: the screen follows. */
  onChange: () => void = () => {};
  paused = false;
  /** Of the last pause; not carried into a fresh history, whose ledger has it by then. */
  pauseReason: string | null = null;
  concurrency = 1;
  abort: AbortRequest | null = null;

  /** Registers every handler: called before the workflow's first await, so that no early signal is lost. */
  listen(): void {
    setHandler(pauseSignal, (request) => this.#pause(request), {
      description: 'Stop starting new work; chunks in flight finish. Optional: {"reason": "…"}',
    });
    setHandler(resumeSignal, () => this.#resume(), { description: 'Go on after a pause.' });
    setHandler(abortSignal, (request) => this.#abort(request), {
      description: 'Cancel what runs and end the run. Optional: {"reason": "…", "then": "leave" or "restore"}',
    });
    setHandler(setConcurrencyUpdate, ({ concurrency }) => this.#setConcurrency(concurrency), {
      validator: (request) => void withClearFailure(() => parseConcurrency(request)),
      description: 'Chunks in flight over all tables and workers, 1 to 64: {"concurrency": 8}',
    });
    setDefaultSignalHandler((name) => {
      const known = 'pause, resume and abort are known.';
      this.notice(looksLikeSecret(name) ? `A signal of no known name came: ${known}` : `There is no signal ${name.slice(0, 40)}: ${known}`);
    });
  }

  /** A history that an older version of this workflow began brings nothing that was told. */
  carryOn(wishes: Omit<Wishes, 'told'> & Partial<Wishes>): void {
    this.paused ||= wishes.paused;
    this.concurrency = wishes.concurrency;
    if (wishes.told !== undefined) this.#notices.carryOn(wishes.told);
  }

  /** The run's own concurrency, unless an operator has already asked for another. */
  begin(concurrency: number): void {
    if (!this.#concurrencyAsked) this.concurrency = concurrency;
  }

  get wishes(): Wishes {
    return { paused: this.paused, concurrency: this.concurrency, told: this.#notices.told };
  }

  get notices(): readonly string[] {
    return this.#notices.lines;
  }

  /** The first line of what the operator is told. */
  headline(text: string): void {
    this.#notices.head(text);
    this.onChange();
  }

  notice(text: string): void {
    this.#notices.add(text);
    this.onChange();
  }

  /** Waits while the run is paused. Throws the cancellation where it was aborted meanwhile. */
  async whilePaused(): Promise<void> {
    await condition(() => !this.paused);
  }

  #setConcurrency(concurrency: number): number {
    this.#concurrencyAsked = true;
    this.concurrency = concurrency;
    this.onChange();
    return concurrency;
  }

  #pause(request: unknown): void {
    this.paused = true;
    const reason = this.#read(() => parsePause(request))?.reason;
    this.pauseReason = reason ?? null;
    this.notice(reason === undefined ? 'Pause was asked for.' : `Pause was asked for: ${reason}`);
  }

  #resume(): void {
    const { paused } = this;
    this.paused = false;
    this.notice(paused ? 'Resumed.' : 'Resume was asked for, but the run was not paused.');
  }

  #abort(request: unknown): void {
    if (this.abort !== null) {
      this.notice('Abort was asked for again: the first one counts.');
      return;
    }
    const parsed = this.#read(() => parseAbort(request));
    if (parsed === null) return;
    this.abort = parsed;
    this.paused = false;
    this.scope.cancel();
  }

  /** A signal cannot be refused, so one that cannot be read is shown. */
  #read<T>(parse: () => T): T | null {
    try {
      return parse();
    } catch (error) {
      this.notice(`A signal could not be read: ${(error as Error).message}`);
      return null;
    }
  }
}

/** Validators and workflow code may only throw ApplicationFailure: anything else would be retried for ever. */
export function withClearFailure<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw ApplicationFailure.nonRetryable((error as Error).message, 'InvalidInput');
  }
}
