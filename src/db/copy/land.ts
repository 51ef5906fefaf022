import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isRowRefusal, translate } from '../errors.ts';
import type { ChunkReader } from './chunk-reader.ts';
import { narrow, type Refused } from './narrow.ts';
import { TupleHash } from './tuple-hash.ts';

/** What landed in the target within the caller's transaction. */
export interface Landed {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Rows that the target refused for their values. */
  readonly refused: readonly Refused[];
}

/**
 * Streams a chunk into the target: one COPY. The source is trusted first; where it has a row that does not pass after all, the chunk is read
 * again with a look at each. Where the target refuses a row, the chunk is read again and landed in batches, so that only the rows at fault
 * stay out. Each time the transaction is taken back to before the COPY. `copyInto` is the COPY … FROM STDIN text.
 */
export async function land(target: pg.Client, copyInto: string, reader: ChunkReader): Promise<Landed> {
  await target.query('SAVEPOINT chunk');
  const trusting = reader.trusting();
  let streamed = await streamInto(target, copyInto, trusting ?? reader.tuples());
  if (trusting !== null && streamed.at === 'source' && reader.isRefusal(streamed.error)) {
    await target.query('ROLLBACK TO SAVEPOINT chunk');
    streamed = await streamInto(target, copyInto, reader.tuples());
  }
  if (streamed.at === null) return streamed.landed;
  if (streamed.at === 'source') throw translate(streamed.error, reader.server, 'TableFailed');
  if (!isRowRefusal(streamed.error)) throw streamed.error;
  await target.query('ROLLBACK TO SAVEPOINT chunk');
  return narrow(target, copyInto, reader.tuples());
}

/** `at`: the end that failed first, which is at fault: a failing pipeline destroys both ends with one error. */
type Streamed = { readonly at: null; readonly landed: Landed } | { readonly at: 'source' | 'target'; readonly error: unknown };

async function streamInto(target: pg.Client, copyInto: string, tuples: Readable): Promise<Streamed> {
  const hash = new TupleHash();
  const sink = target.query(copyFrom(copyInto));
  let failed: 'source' | 'target' | undefined;
  tuples.once('error', () => (failed ??= 'source'));
  sink.once('error', () => (failed ??= 'target'));
  try {
    await pipeline(tuples, hash, sink);
    return { at: null, landed: { rows: sink.rowCount, bytes: hash.bytes, sha256: hash.digest(), refused: [] } };
  } catch (error) {
    return { at: failed ?? 'target', error };
  }
}
