import type { ChunkDone, ChunkRef, RunStatus, TableStatus } from '../activities/types.ts';
import type { Phase, Progress, RunState, TableProgress, TableState, Tally } from '../src/contract.ts';

interface TableCount {
  readonly table: string;
  state: TableState;
  rows: number;
  expected: number;
  chunks: number;
  chunksDone: number;
  bytes: number;
  rejected: number;
  adjusted: number;
  /** Milliseconds, and rows then: the base of the table's speed. */
  began: number | null;
  ended: number | null;
  baseRows: number;
}

/** What the run has done, as the workflow has seen it: the answer of the query `progress`. Times are the workflow's clock. */
export class RunProgress {
  phase: Phase = 'preflight';
  run: string | null = null;
  aborting = false;
  /** Called after each change: the screen follows. */
  onChange: () => void = () => {};
  #step: Tally = { done: 0, of: 0 };
  /** Paused, and nothing runs any more. */
  #resting = false;
  #startedAt: number;
  #tables = new Map<string, TableCount>();
  #copyBegan: number | null = null;
  #baseRows = 0;

  constructor(now: number) {
    this.#startedAt = now;
  }

  /** Chunks of a table will be copied again. */
  again(table: TableStatus): void {
    this.#tables.set(table.table, countOf(table));
    this.onChange();
  }

  /** Takes the ledger's word for where the run is. */
  adopt(status: RunStatus): void {
    this.run = status.run;
    this.#startedAt = status.startedAt;
    this.#tables = new Map(status.tables.map((table) => [table.table, countOf(table)]));
  }

  /** In a fresh history, before the ledger has been asked: what the history before knew. */
  rejoin({ run, phase }: { readonly run: string; readonly phase: Phase }): void {
    this.run = run;
    this.enter(phase);
  }

  copyBegins(now: number): void {
    this.#copyBegan = now;
    this.#baseRows = this.#sum((count) => count.rows);
  }

  planned(table: string, chunks: number): void {
    this.#count(table).chunks = chunks;
  }

  started({ table }: Pick<ChunkRef, 'table'>, now: number): void {
    const count = this.#count(table);
    count.state = 'copying';
    count.began ??= now;
    this.onChange();
  }

  landed(done: ChunkDone, now: number): void {
    const count = this.#count(done.table);
    count.rows += done.sourceRows;
    count.bytes += done.bytes;
    count.rejected += done.rejected;
    count.adjusted += done.adjusted;
    count.chunksDone += 1;
    count.ended = now;
    this.onChange();
  }

  enter(phase: Phase): void {
    this.phase = phase;
    this.stepped({ done: 0, of: 1 });
  }

  stepped(step: Tally): void {
    this.#step = step;
    this.onChange();
  }

  rest(resting: boolean): void {
    this.#resting = resting;
    this.onChange();
  }

  copied(table: string): void {
    const count = this.#count(table);
    count.state = 'copied';
    count.expected = count.rows;
    this.onChange();
  }

  failed(table: string): void {
    this.#count(table).state = 'failed';
    this.onChange();
  }

  /** Every table is through all phases. */
  finished(): void {
    for (const count of this.#tables.values()) count.state = 'done';
    this.onChange();
  }

  /** One line for the timeline, with what the table has so far: `copy users 12 of 40: 250,000 rows, 1.9 s so far`. */
  summaryOf(chunk: ChunkRef, now: number): string {
    const { chunks, rows, began } = this.#count(chunk.table);
    const seconds = began === null ? 0 : (now - began) / 1000;
    return `copy ${chunk.table} ${chunk.chunk} of ${chunks}: ${rows.toLocaleString('en')} rows, ${seconds.toFixed(1)} s so far`;
  }

  view(now: number, wishes: { paused: boolean; concurrency: number }, waitingFor: string | null, notices: readonly string[]): Progress {
    const done = this.#sum((count) => count.rows);
    const of = this.#sum((count) => Math.max(count.expected, count.rows));
    return {
      run: this.run,
      phase: this.phase,
      state: this.#state(wishes.paused, waitingFor),
      waitingFor,
      step: this.phase === 'copy' ? { done: this.#sum((c) => c.chunksDone), of: this.#sum((c) => c.chunks) } : this.#step,
      concurrency: wishes.concurrency,
      rows: { done, of },
      bytes: this.#sum((count) => count.bytes),
      seconds: Math.round((now - this.#startedAt) / 100) / 10,
      secondsLeft: this.#secondsLeft(now, done, of),
      tables: [...this.#tables.values()].map((count) => viewOf(count, now)),
      notices,
    };
  }

  #state(paused: boolean, waitingFor: string | null): RunState {
    if (this.aborting) return 'aborting';
    if (paused) return this.#resting ? 'paused' : 'pausing';
    return waitingFor === null ? 'running' : 'waiting';
  }

  /** Of the copy phase: rows that are left at the speed so far. Null before the first chunk, and in other phases. */
  #secondsLeft(now: number, done: number, of: number): number | null {
    if (this.phase !== 'copy' || this.#copyBegan === null || done <= this.#baseRows) return null;
    const speed = (done - this.#baseRows) / (now - this.#copyBegan);
    return Math.max(0, Math.round((of - done) / speed / 1000));
  }

  #sum(value: (count: TableCount) => number): number {
    let sum = 0;
    for (const count of this.#tables.values()) sum += value(count);
    return sum;
  }

  #count(table: string): TableCount {
    const count = this.#tables.get(table);
    if (count === undefined) throw new RangeError(`Table ${table} is not part of this run`);
    return count;
  }
}

function countOf(status: TableStatus): TableCount {
  const { table, state, rows, chunks, chunksDone, bytes, rejected, adjusted } = status;
  const expected = state === 'copied' || state === 'done' ? rows : status.estimatedRows;
  return { table, state, rows, expected, chunks, chunksDone, bytes, rejected, adjusted, began: null, ended: null, baseRows: rows };
}

function viewOf(count: TableCount, now: number): TableProgress {
  const until = count.state === 'copying' ? now : count.ended;
  const milliseconds = count.began === null || until === null ? 0 : until - count.began;
  return {
    table: count.table,
    state: count.state,
    rows: { done: count.rows, of: Math.max(count.expected, count.rows) },
    rowsPerSecond: milliseconds > 0 ? Math.round(((count.rows - count.baseRows) / milliseconds) * 1000) : 0,
    chunks: { done: count.chunksDone, of: count.chunks },
    rejected: count.rejected,
    adjusted: count.adjusted,
  };
}
