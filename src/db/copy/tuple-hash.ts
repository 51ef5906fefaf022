import { createHash, type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** `PGCOPY\n\377\r\n\0`, flags and extension length: 19 bytes, as PostgreSQL's documentation of COPY says. */
export const COPY_HEADER = Buffer.concat([Buffer.from('PGCOPY\n'), Buffer.from([0xff]), Buffer.from('\r\n\0'), Buffer.alloc(8)]);
/** A field count of -1 ends the data. */
export const COPY_TRAILER = Buffer.from([0xff, 0xff]);

/** Passes a binary COPY stream through and hashes its tuples, without header and trailer, so that reading back gives the same hash. */
export class TupleHash extends Transform {
  readonly #hash: Hash = createHash('sha256');
  #headerLeft = COPY_HEADER.length;
  #held: Buffer = Buffer.alloc(0);
  #bytes = 0;

  /** Bytes of the tuples seen so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Hex sha256 of the tuples; once, after the stream's end. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const skip = Math.min(this.#headerLeft, chunk.length);
    this.#headerLeft -= skip;
    const body = skip === 0 ? chunk : chunk.subarray(skip);
    if (body.length >= COPY_TRAILER.length) {
      // The last two bytes may be the trailer: they wait until more has come.
      this.#add(this.#held);
      this.#add(body.subarray(0, body.length - COPY_TRAILER.length));
      this.#held = body.subarray(body.length - COPY_TRAILER.length);
    } else if (body.length > 0) {
      const joined = Buffer.concat([this.#held, body]);
      const keep = Math.max(0, joined.length - COPY_TRAILER.length);
      this.#add(joined.subarray(0, keep));
      this.#held = joined.subarray(keep);
    }
    done(null, chunk);
  }

  #add(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }
}
