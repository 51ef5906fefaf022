import { createHash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TupleWriter } from '../../src/db/copy/encode-tuple.ts';
import { decodeTuple } from '../../src/db/copy/decode-tuple.ts';
import { splitTuples } from '../../src/db/copy/split-tuples.ts';
import { COPY_HEADER, COPY_TRAILER, TupleHash } from '../../src/db/copy/tuple-hash.ts';

const rowArbitrary = fc.record({
  id: fc.maxSafeInteger(),
  name: fc.option(fc.string({ unit: 'grapheme', maxLength: 40 })),
  flag: fc.boolean(),
});
type Row = { id: number; name: string | null; flag: boolean };
const columns = [
  { name: 'id', cast: 'bigint' },
  { name: 'name', cast: 'text' },
  { name: 'flag', cast: 'flag' },
] as const;

function encode(rows: readonly Row[]): Buffer {
  const parts: Buffer[] = [];
  const writer = new TupleWriter((bytes) => parts.push(bytes));
  for (const row of rows) {
    writer.startTuple(3);
    const high = Math.floor(row.id / 2 ** 32);
    writer.int64(high, row.id - high * 2 ** 32);
    if (row.name === null) writer.null();
    else writer.bytes(Buffer.from(row.name));
    writer.boolean(row.flag);
  }
  writer.flush();
  return Buffer.concat(parts);
}

/** The bytes in pieces of odd sizes, as a socket gives them. */
function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const out: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    out.push(bytes.subarray(at, at + size));
    at += size;
  }
  return out;
}
const sizesArbitrary = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });

describe('binary COPY streams', () => {
  it('are cut into the tuples that were written, however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowArbitrary, { maxLength: 30 }), sizesArbitrary, async (rows, sizes) => {
        const stream = Buffer.concat([COPY_HEADER, encode(rows), COPY_TRAILER]);
        const seen: unknown[] = [];
        for await (const tuple of splitTuples(Readable.from(pieces(stream, sizes)))) seen.push(decodeTuple(tuple, columns));
        expect(seen).toEqual(rows);
      }),
    );
  });

  it('are hashed without header and trailer, and passed on whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowArbitrary, { maxLength: 30 }), sizesArbitrary, async (rows, sizes) => {
        const tuples = encode(rows);
        const stream = Buffer.concat([COPY_HEADER, tuples, COPY_TRAILER]);
        const hash = new TupleHash();
        const out: Buffer[] = [];
        const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (out.push(chunk), done()) });
        await pipeline(Readable.from(pieces(stream, sizes)), hash, sink);
        expect(Buffer.concat(out)).toEqual(stream);
        expect(hash.digest()).toBe(createHash('sha256').update(tuples).digest('hex'));
        expect(hash.bytes).toBe(tuples.length);
      }),
    );
  });

  it('that break off are an error, not an end', async () => {
    const stream = Buffer.concat([COPY_HEADER, encode([{ id: 1, name: 'a', flag: true }])]);
    await expect(async () => {
      for await (const tuple of splitTuples(Readable.from([stream]))) expect(tuple.length).toBeGreaterThan(0);
    }).rejects.toThrow('without its trailer');
  });
});
