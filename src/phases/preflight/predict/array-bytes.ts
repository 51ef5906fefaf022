import { TupleWriter } from '../../../db/copy/encode-tuple.ts';
import type { CastName } from '../../../plan/types.ts';
import { BinaryPieces } from '../../../sql/binary-pieces.ts';

/** PostgreSQL's numbers of the types that elements have; texts are handed over as their bytes. */
const TYPES: Partial<Record<CastName, number>> = { bigint: 20, integer: 23, smallint: 21, flag: 16, utc: 1184, text: 17 };

const ONE_DIMENSION = 1;
const FROM_ONE = 1;

/** PostgreSQL's binary form of an array, built element by element: each is written as COPY writes a field. */
export class ArrayBytes {
  readonly writer: TupleWriter;
  readonly #type: number;
  #parts: Buffer[] = [];

  constructor(cast: CastName) {
    const type = TYPES[cast];
    if (type === undefined) throw new Error(`No array of ${cast} is handed over.`);
    this.#type = type;
    this.writer = new TupleWriter((bytes) => this.#parts.push(bytes));
  }

  /** Lets go of what was written. */
  forget(): void {
    this.writer.flush();
    this.#parts = [];
  }

  /** The array of so many elements, which were written; nothing of them is kept. */
  take(elements: number): BinaryPieces {
    this.writer.flush();
    const header = Buffer.alloc(20);
    const mayHoldNulls = 1;
    [ONE_DIMENSION, mayHoldNulls, this.#type, elements, FROM_ONE].forEach((value, index) => header.writeInt32BE(value, 4 * index));
    const parts = this.#parts;
    this.#parts = [];
    return new BinaryPieces([header, ...parts]);
  }
}
