import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChunkRef, TableStatus } from '../../activities/types.ts';
import { CopyWork, PAGE_SIZE } from '../../workflows/copy-work.ts';
import { nextMove } from '../../workflows/next-move.ts';

const EVENTS = ['end', 'end', 'end', 'end', 'fail', 'pause', 'resume', 'abort', 'restart', 'new history'] as const;
type Event = (typeof EVENTS)[number];

interface LedgerTable {
  readonly table: string;
  readonly chunks: readonly number[];
  readonly landed: Set<number>;
  planned: boolean;
  state: 'copying' | 'copied' | 'failed';
}

/** The copy phase as the workflow walks it, with a ledger that outlives its histories. */
class Walk {
  readonly ledger: LedgerTable[];
  readonly #concurrency: number;
  work: CopyWork;
  /** What runs: what its end does to the ledger, and what the workflow is told of it. */
  running: { readonly table: string; readonly land: () => void; readonly told: () => void; readonly chunk: ChunkRef | null }[] = [];
  paused = false;
  drain = false;
  ended: 'done' | 'failed' | 'aborted' | null = null;
  most = 0;
  startedWhilePaused = 0;
  landedTwice = 0;

  constructor(sizes: readonly number[], concurrency: number) {
    this.#concurrency = concurrency;
    this.ledger = sizes.map((size, index) => ({
      ...{ table: `t${index}`, chunks: Array.from({ length: size }, (_, at) => at + 1), landed: new Set() },
      ...{ planned: false, state: 'copying' },
    }));
    this.work = this.#fromLedger();
  }

  #fromLedger(): CopyWork {
    return new CopyWork(
      this.ledger.map(({ table, planned, state, chunks }, index) => ({
        // Some that are more than was foreseen, and some that are not.
        ...({
          table,
          planned,
          small: !planned && (chunks.length < 3 || index === 1),
          state: state === 'failed' ? 'copying' : state,
        } satisfies Partial<TableStatus>),
        ...{ estimatedRows: 0, chunks: 0, chunksDone: 0, rows: 0, bytes: 0, rejected: 0, adjusted: 0, failure: null },
      })),
    );
  }

  /** A fresh history, or a new start: the ledger is all that is known. A table that failed is tried again. */
  begin(): void {
    this.ledger.forEach((each) => void (each.state = each.state === 'failed' ? 'copying' : each.state));
    this.work = this.#fromLedger();
    this.running = [];
    this.drain = false;
    this.ended = null;
  }

  turn(): void {
    const before = this.running.length;
    if (!this.drain && !this.paused) this.#startWhatMayStart();
    if (this.paused) this.startedWhilePaused += this.running.length - before;
    this.most = Math.max(this.most, this.work.inFlight);
    const move = nextMove({ running: this.running.length, over: this.work.over, failed: false, drain: this.drain, paused: this.paused });
    if (move === 'continue') this.begin();
    if (move === 'done') this.ended = this.work.failures.size > 0 ? 'failed' : 'done';
  }

  #page(table: string, after: number): number[] {
    const { chunks, landed } = this.#of(table);
    return chunks.filter((chunk) => chunk > after && !landed.has(chunk)).slice(0, PAGE_SIZE);
  }

  #startWhatMayStart(): void {
    const { work } = this;
    const run = (table: string, land: () => void, told: () => void, chunk: ChunkRef | null = null) =>
      this.running.push({ table, land, told, chunk });
    for (let table = work.takeUnplanned(2); table !== null; table = work.takeUnplanned(2)) {
      const name = table;
      run(
        name,
        () => (this.#of(name).planned = true),
        () => work.planned(name, this.#page(name, 0)),
      );
    }
    for (let page = work.takePage(); page !== null; page = work.takePage()) {
      const { table, after } = page;
      const found = this.#page(table, after);
      run(
        table,
        () => {},
        () => work.fetched(table, found),
      );
    }
    while (work.inFlight < this.#concurrency) {
      const chunk = work.takeChunk();
      const small = chunk === null ? work.takeSmall() : null;
      if (small !== null) {
        this.#startSmall(small);
        continue;
      }
      if (chunk === null) break;
      const { landed } = this.#of(chunk.table);
      if (landed.has(chunk.chunk)) this.landedTwice += 1;
      run(
        chunk.table,
        () => landed.add(chunk.chunk),
        () => work.landed(chunk),
        chunk,
      );
    }
    for (let table = work.takeFinished(); table !== null; table = work.takeFinished()) {
      const name = table;
      run(
        name,
        () => (this.#of(name).state = 'copied'),
        () => work.finished(name),
      );
    }
  }

  #startSmall(name: string): void {
    const of = this.#of(name);
    const isOne = of.chunks.length < 3;
    const land = () => {
      of.planned = true;
      if (!isOne) return;
      of.chunks.forEach((chunk) => of.landed.add(chunk));
      of.state = 'copied';
    };
    const told = () => {
      this.work.endSmall(name, isOne ? null : this.#page(name, 0));
      this.work.landed({ table: name });
    };
    this.running.push({ table: name, land, told, chunk: { table: name, chunk: 1 } });
  }

  #of(table: string): LedgerTable {
    return this.ledger.find((each) => each.table === table)!;
  }

  take(event: Event, choice: number): void {
    const at = choice % Math.max(1, this.running.length);
    if ((event === 'end' || event === 'fail') && this.running[at] !== undefined) {
      const { table, land, told, chunk } = this.running.splice(at, 1)[0]!;
      if (event === 'end') {
        land();
        told();
      } else {
        this.#of(table).state = 'failed';
        if (chunk !== null) this.work.landed(chunk);
        this.work.failed(table, { type: 'TableFailed', message: 'planted' });
      }
    }
    if (event === 'pause') this.paused = true;
    if (event === 'resume') this.paused = false;
    if (event === 'new history') this.drain = true;
    if (event === 'abort') this.ended = 'aborted';
    if (event === 'restart') {
      // What ran may have landed, or not: the ledger decides.
      this.running.forEach((each, index) => void ((index + choice) % 2 === 0 && each.land()));
      this.begin();
    }
  }
}

const sizesArbitrary = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 });
const eventsArbitrary = fc.array(fc.record({ event: fc.constantFrom(...EVENTS), choice: fc.nat({ max: 100 }) }), { maxLength: 80 });

describe('the copy phase', () => {
  it('has a way out of whatever signals, completions, failures and restarts have led to, and no chunk lands twice on it', () => {
    fc.assert(
      fc.property(sizesArbitrary, fc.integer({ min: 1, max: 8 }), eventsArbitrary, (sizes, concurrency, events) => {
        const walk = new Walk(sizes, concurrency);
        walk.turn();
        for (const { event, choice } of events) {
          if (walk.ended !== null) walk.begin();
          walk.take(event, choice);
          if (walk.ended === null) walk.turn();
        }
        // From here on all goes well, and somebody resumes and starts.
        walk.paused = false;
        for (let turns = 0; walk.ended !== 'done'; turns += 1) {
          if (turns > 5_000) throw new Error('There is no way out');
          if (walk.ended !== null) walk.begin();
          walk.take('end', turns);
          walk.turn();
        }
        expect(walk.ledger.every(({ chunks, landed, state }) => state === 'copied' && landed.size === chunks.length)).toBe(true);
        expect(walk.landedTwice).toBe(0);
        expect(walk.startedWhilePaused).toBe(0);
        expect(walk.most).toBeLessThanOrEqual(concurrency);
      }),
      { numRuns: 200 },
    );
  });
});
