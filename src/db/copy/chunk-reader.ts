import type { Readable } from 'node:stream';
import type { Server } from '../server.ts';
import type { Adjustment, Reject } from '../ledger/rejects.ts';

/**
 * One chunk of one source, read in one REPEATABLE READ READ ONLY transaction. `tuples` may be opened again (narrowing does),
 * and gives the same rows in the same order each time.
 */
export interface ChunkReader {
  /** Whose errors the streams' errors are. */
  readonly server: Server;
  /**
   * Rows of the driving query in this chunk, before grouping, by the source's own word. To be asked right after a stream of `tuples` has
   * ended: what a server says of its last result costs nothing, and counting again would cost a second reading of the range.
   */
  count(): Promise<number>;
  /** A whole binary COPY stream (header, tuples in key order, trailer) of the rows that pass the casts. */
  tuples(): Readable;
  /**
   * The same for less, where a source can: a stream that fails where a row does not pass. Null where there is no such way. However it ended,
   * `tuples` may be opened after it.
   */
  trusting(): Readable | null;
  /** Whether a stream of `trusting` failed for such a row. */
  isRefusal(error: unknown): boolean;
  /**
   * Rows that the casts keep out, and values they bent. Valid once a stream of `tuples` has ended.
   * `missing`: counted rows that did not come; where it says that none are left to find, they are not looked for.
   */
  leftovers(missing: number): Promise<Leftovers>;
  /** A question to the same snapshot: rows as objects. Not while a stream of `tuples` is open. */
  ask(sql: string): Promise<Record<string, unknown>[]>;
}

export interface Leftovers {
  readonly rejects: readonly Reject[];
  readonly adjustments: readonly Adjustment[];
}
