import { Readable } from 'node:stream';
import type { Connection } from 'mysql2';
import type { TablePlan } from '../../plan/types.ts';
import { TupleWriter } from '../copy/encode-tuple.ts';
import { COPY_HEADER, COPY_TRAILER } from '../copy/tuple-hash.ts';
import type { RowEncoder } from './row-encoder.ts';
import { streamRows } from './stream-rows.ts';

/** A query's rows as a binary COPY stream, through mysql2's public interface: text protocol, values as buffers. */
export function textTuples(connection: Connection, select: string, _table: TablePlan, encoder: RowEncoder): Readable {
  const stream = new Readable({
    highWaterMark: 1 << 20,
    read: () => connection.resume(),
    destroy: (error, done) => {
      // What is left of the result is thrown away: the next query on the connection waits for that.
      abandoned = !finished;
      if (abandoned) connection.resume();
      done(error);
    },
  });
  let finished = false;
  let abandoned = false;
  const writer = new TupleWriter((bytes) => {
    if (!stream.push(bytes)) connection.pause();
  });
  writer.raw(COPY_HEADER);
  streamRows(connection, select, {
    row: (row) => {
      if (abandoned) return;
      try {
        encoder.encode(row, writer);
      } catch (error) {
        stream.destroy(error as Error);
      }
    },
    done: (error) => {
      finished = true;
      if (abandoned) return;
      if (error !== null) return void stream.destroy(error);
      writer.raw(COPY_TRAILER);
      writer.flush();
      stream.push(null);
    },
  });
  return stream;
}
