import { isUtf8 } from 'node:buffer';
import type { ColumnPlan, TablePlan } from '../../plan/types.ts';
import type { Adjustment, Reject } from '../ledger/rejects.ts';
import { rejectOf } from './reject-of.ts';
import { splitTuples } from './split-tuples.ts';
import { COPY_HEADER, COPY_TRAILER } from './tuple-hash.ts';

const COUNT_BYTES = 2;
const LENGTH_BYTES = 4;

/**
 * For a PostgreSQL source whose database does not check its bytes (SQL_ASCII): each maximal sequence that is no UTF-8 becomes U+FFFD,
 * as the WHATWG decoder does it; in a key, a unique column or a credential it rejects the row. Slow: it walks every field.
 */
export class TextRepair {
  readonly #table: TablePlan;
  readonly #rejects: Reject[] = [];
  readonly #bent = new Map<string, number>();
  readonly #decoder = new TextDecoder('utf-8');

  constructor(table: TablePlan) {
    this.#table = table;
  }

  get rejects(): readonly Reject[] {
    return this.#rejects;
  }

  get adjustments(): Adjustment[] {
    return [...this.#bent].map(([column, rows]) => ({ column, reason: 'undecodable', rows }));
  }

  /** A whole binary COPY stream, repaired. */
  async *repair(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    yield COPY_HEADER;
    for await (const tuple of splitTuples(stream)) {
      // The whole tuple's fields are looked at only where some byte of it is not ASCII.
      const repaired = tuple.every((byte) => byte < 0x80) ? tuple : this.#repairTuple(tuple);
      if (repaired !== null) yield repaired;
    }
    yield COPY_TRAILER;
  }

  #repairTuple(tuple: Buffer): Buffer | null {
    const parts: Buffer[] = [tuple.subarray(0, COUNT_BYTES)];
    const bent: ColumnPlan[] = [];
    let at = COUNT_BYTES;
    for (const column of this.#table.columns) {
      const length = tuple.readInt32BE(at);
      const end = at + LENGTH_BYTES + Math.max(0, length);
      const field = tuple.subarray(at + LENGTH_BYTES, end);
      if ((column.cast === 'text' || column.cast === 'jsonb') && !isUtf8(field)) {
        if (this.#mustBeExact(column)) {
          this.#rejects.push(rejectOf(this.#table, tuple, 'undecodable', `${column.name}:22021`));
          return null;
        }
        const text = Buffer.from(this.#decoder.decode(field));
        const prefix = Buffer.alloc(LENGTH_BYTES);
        prefix.writeInt32BE(text.length);
        parts.push(prefix, text);
        bent.push(column);
      } else {
        parts.push(tuple.subarray(at, end));
      }
      at = end;
    }
    for (const { name } of bent) this.#bent.set(name, (this.#bent.get(name) ?? 0) + 1);
    return Buffer.concat(parts);
  }

  #mustBeExact(column: ColumnPlan): boolean {
    return column.exact === true || column.secret === true || this.#table.key.some((key) => key.target === column.name);
  }
}
