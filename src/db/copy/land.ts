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
 * Streams a chunk into the target: one COPY. Where the target refuses a row, the transaction is taken back to before the COPY and
 * the chunk is read again and landed in batches, so that only the rows at fault stay out. `copyInto` is the COPY … FROM STDIN text.
 */
export async function land(target: pg.Client, copyInto: string, reader: ChunkReader): Promise<Landed> {
  await target.query('SAVEPOINT chunk');
  const hash = new TupleHash();
  const tuples = reader.tuples();
  const sink = target.query(copyFrom(copyInto));
  // A failing pipeline destroys both ends with one error: the end that failed first is the one at fault.
  let failed: 'source' | 'target' | undefined;
  tuples.once('error', () => (failed ??= 'source'));
  sink.once('error', () => (failed ??= 'target'));
  try {
    await pipeline(tuples, hash, sink);
    return { rows: sink.rowCount, bytes: hash.bytes, sha256: hash.digest(), refused: [] };
  } catch (error) {
    if (failed === 'source') throw translate(error, reader.server, 'TableFailed');
    if (!isRowRefusal(error)) throw error;
  }
  await target.query('ROLLBACK TO SAVEPOINT chunk');
  return narrow(target, copyInto, reader.tuples());
}
