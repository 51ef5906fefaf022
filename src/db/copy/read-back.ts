import { createHash } from 'node:crypto';
import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { copyOut as streamOf } from './copy-out.ts';
import { splitTuples } from './split-tuples.ts';
import { TupleHash } from './tuple-hash.ts';

/** Hex sha256 of what the target holds, by a `COPY … TO STDOUT (FORMAT binary)`: of the same bytes as were sent, if it holds these. */
export async function readBackHash(client: pg.Client, copyOut: string): Promise<string> {
  const hash = new TupleHash();
  const drain = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(streamOf(client, copyOut), hash, drain);
  return hash.digest();
}

/** Counts each tuple of a binary COPY stream, by its hash. */
export async function countTuples(stream: AsyncIterable<Buffer>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const tuple of splitTuples(stream)) {
    const hash = tupleHash(tuple);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return counts;
}

/** The tuples of a binary COPY stream that have one of these hashes, `most` at the most. */
export async function pickTuples(stream: AsyncIterable<Buffer>, hashes: ReadonlyMap<string, number>, most: number): Promise<Buffer[]> {
  const left = new Map(hashes);
  const picked: Buffer[] = [];
  for await (const tuple of splitTuples(stream)) {
    const hash = tupleHash(tuple);
    const count = left.get(hash) ?? 0;
    if (count === 0 || picked.length >= most) continue;
    left.set(hash, count - 1);
    picked.push(Buffer.from(tuple));
  }
  return picked;
}

/** The target's rows as a binary COPY stream. */
export function readBack(client: pg.Client, copyOut: string): Readable {
  return streamOf(client, copyOut);
}

const tupleHash = (tuple: Buffer) => createHash('sha256').update(tuple).digest('base64').slice(0, 22);
