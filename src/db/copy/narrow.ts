import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isRowRefusal, refusalDetail } from '../errors.ts';
import type { Landed } from './land.ts';
import { splitTuples } from './split-tuples.ts';
import { COPY_HEADER, COPY_TRAILER } from './tuple-hash.ts';

export interface Refused {
  readonly tuple: Buffer;
  /** `column:SQLSTATE` */
  readonly detail: string;
}

/** Bytes of a batch at the most: what is held in memory while it is narrowed. */
const BATCH_BYTES = 8 << 20;
const FIRST_BATCH = 64;

/**
 * Lands a stream in batches, each under a savepoint, halving a refused batch until the rows at fault are alone.
 * Batches double while they pass, so k bad rows among n cost O(k log n) loads, and memory stays at one batch.
 */
export async function narrow(target: pg.Client, copyInto: string, tuples: Readable): Promise<Landed> {
  const hash = createHash('sha256');
  const refused: Refused[] = [];
  let rows = 0;
  let bytes = 0;

  const landBatch = async (batch: readonly Buffer[]): Promise<void> => {
    const error = await tryBatch(target, copyInto, batch);
    if (error === null) {
      for (const tuple of batch) {
        hash.update(tuple);
        bytes += tuple.length;
      }
      rows += batch.length;
    } else if (batch.length === 1) {
      refused.push({ tuple: Buffer.from(batch[0]!), detail: refusalDetail(error) });
    } else {
      const middle = batch.length >> 1;
      await landBatch(batch.slice(0, middle));
      await landBatch(batch.slice(middle));
    }
  };

  let batch: Buffer[] = [];
  let held = 0;
  let size = FIRST_BATCH;
  for await (const tuple of splitTuples(tuples)) {
    batch.push(tuple);
    held += tuple.length;
    if (batch.length < size && held < BATCH_BYTES) continue;
    const before = refused.length;
    await landBatch(batch);
    size = refused.length === before ? size * 2 : Math.max(FIRST_BATCH, size >> 1);
    batch = [];
    held = 0;
  }
  if (batch.length > 0) await landBatch(batch);
  return { rows, bytes, sha256: hash.digest('hex'), refused };
}

/** Null when the batch landed, the refusal when the target turned it down for a row's values; anything else is thrown. */
async function tryBatch(target: pg.Client, copyInto: string, batch: readonly Buffer[]): Promise<unknown> {
  await target.query('SAVEPOINT batch');
  try {
    await pipeline(Readable.from([COPY_HEADER, ...batch, COPY_TRAILER], { objectMode: false }), target.query(copyFrom(copyInto)));
    await target.query('RELEASE SAVEPOINT batch');
    return null;
  } catch (error) {
    if (!isRowRefusal(error)) throw error;
    await target.query('ROLLBACK TO SAVEPOINT batch');
    return error;
  }
}
