/**
 * Which chunk may start next: the pure state of the copy phase. Tables keep the run's order; a table is planned, then its chunks are
 * fetched in pages and handed out; it is finished once its last chunk has landed. One of a single chunk goes through all that in one piece.
 * A failed table gives up its chunks, the others go on.
 */
import type { ChunkRef, FailureNote, TableStatus } from '../activities/types.ts';

export const PAGE_SIZE = 50;

type Stage = 'unplanned' | 'small' | 'whole' | 'planning' | 'ready' | 'exhausted' | 'finishing' | 'finished' | 'failed';

interface TableWork {
  readonly table: string;
  stage: Stage;
  queue: number[];
  lastFetched: number;
  fetching: boolean;
  inFlight: number;
}

export class CopyWork {
  readonly #tables: TableWork[];
  readonly failures = new Map<string, FailureNote>();

  constructor(tables: readonly TableStatus[]) {
    this.#tables = tables.map((status) => ({
      table: status.table,
      stage: stageOf(status),
      queue: [],
      lastFetched: 0,
      fetching: false,
      inFlight: 0,
    }));
    for (const { table, failure } of tables) if (failure !== null) this.failures.set(table, failure);
  }

  /** Chunks, and small tables, that are being copied. */
  get inFlight(): number {
    return this.#tables.reduce((sum, work) => sum + work.inFlight, 0);
  }

  /** Nothing is left to start, and nothing runs. */
  get over(): boolean {
    return this.#tables.every((work) => work.stage === 'finished' || (work.stage === 'failed' && work.inFlight === 0 && !work.fetching));
  }

  /** The next table to plan; `ahead` tables may be in planning at once. */
  takeUnplanned(ahead: number): string | null {
    if (this.#tables.filter((work) => work.stage === 'planning').length >= ahead) return null;
    const work = this.#tables.find((candidate) => candidate.stage === 'unplanned');
    if (work === undefined) return null;
    work.stage = 'planning';
    return work.table;
  }

  /** `first`: its first page, where it came with the plan. */
  planned(table: string, first: readonly number[] | null = null): void {
    this.#move(table, 'planning', 'ready');
    if (first !== null) this.fetched(table, first);
  }

  /** The next page to fetch: of the first table whose queue runs low, so that handing out never waits for the ledger. */
  takePage(): { readonly table: string; readonly after: number } | null {
    const work = this.#tables.find(
      (candidate) => candidate.stage === 'ready' && !candidate.fetching && candidate.queue.length < PAGE_SIZE / 2,
    );
    if (work === undefined || this.#queued > 2 * PAGE_SIZE) return null;
    work.fetching = true;
    return { table: work.table, after: work.lastFetched };
  }

  fetched(table: string, chunks: readonly number[]): void {
    const work = this.#find(table);
    work.fetching = false;
    if (work.stage !== 'ready') return;
    work.queue.push(...chunks);
    work.lastFetched = chunks.at(-1) ?? work.lastFetched;
    if (chunks.length < PAGE_SIZE) work.stage = 'exhausted';
  }

  takeChunk(): ChunkRef | null {
    const work = this.#tables.find((candidate) => candidate.queue.length > 0);
    const chunk = work?.queue.shift();
    if (work === undefined || chunk === undefined) return null;
    work.inFlight += 1;
    return { table: work.table, chunk };
  }

  /** The next table that is copied in one piece, from its planning to its end. */
  takeSmall(): string | null {
    const work = this.#tables.find((candidate) => candidate.stage === 'small');
    if (work === undefined) return null;
    work.stage = 'whole';
    work.inFlight = 1;
    return work.table;
  }

  /** Ends what `takeSmall` began. `left`: the first page of its chunks, where it turned out to be none to be copied in one piece. */
  endSmall(table: string, left: readonly number[] | null): void {
    this.#move(table, 'whole', left === null ? 'finished' : 'ready');
    if (left !== null) this.fetched(table, left);
  }

  landed(chunk: Pick<ChunkRef, 'table'>): void {
    this.#find(chunk.table).inFlight -= 1;
  }

  /** The next table whose last chunk has landed. */
  takeFinished(): string | null {
    const work = this.#tables.find(
      (candidate) => candidate.stage === 'exhausted' && candidate.queue.length === 0 && candidate.inFlight === 0,
    );
    if (work === undefined) return null;
    work.stage = 'finishing';
    return work.table;
  }

  finished(table: string): void {
    this.#move(table, 'finishing', 'finished');
  }

  /** Gives up a table: what is in flight ends, nothing of it starts any more. */
  failed(table: string, failure: FailureNote): void {
    const work = this.#find(table);
    work.stage = 'failed';
    work.queue = [];
    work.fetching = false;
    if (!this.failures.has(table)) this.failures.set(table, failure);
  }

  get #queued(): number {
    return this.#tables.reduce((sum, work) => sum + work.queue.length, 0);
  }

  #move(table: string, from: Stage, to: Stage): void {
    const work = this.#find(table);
    if (work.stage === from) work.stage = to;
  }

  #find(table: string): TableWork {
    const work = this.#tables.find((candidate) => candidate.table === table);
    if (work === undefined) throw new RangeError(`Table ${table} is not part of this run`);
    return work;
  }
}

function stageOf({ state, planned, small }: TableStatus): Stage {
  if (state === 'copied' || state === 'done') return 'finished';
  if (state === 'failed') return 'failed';
  if (planned) return 'ready';
  return small === true ? 'small' : 'unplanned';
}
