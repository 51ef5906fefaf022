import { Readable } from 'node:stream';
import type { Connection } from 'mysql2';
import type { TablePlan } from '../../../plan/types.ts';
import { TupleWriter } from '../../copy/encode-tuple.ts';
import { COPY_HEADER, COPY_TRAILER } from '../../copy/tuple-hash.ts';
import type { RowEncoder } from '../row-encoder.ts';
import { executeRows, socketOf } from './driver-rows.ts';
import { fastColumns } from './fast-columns.ts';
import { RowDecoder } from './row-decoder.ts';

/** A query's rows as a binary COPY stream, decoded from the packets of the binary protocol as they arrive. */
export function binaryTuples(connection: Connection, select: string, table: TablePlan, encoder: RowEncoder): Readable {
  const socket = socketOf(connection);
  let finished = false;
  let abandoned = false;
  const stream = new Readable({
    highWaterMark: 1 << 20,
    read: () => void socket.resume(),
    destroy: (error, done) => {
      // What is left of the result is thrown away: the next query on the connection waits for that.
      abandoned = !finished;
      if (abandoned) socket.resume();
      done(error);
    },
  });
  const writer = new TupleWriter((bytes) => {
    // What is left of the packets that have arrived still comes: at the most one piece of the socket.
    if (!stream.push(bytes)) socket.pause();
  });
  let decoder: RowDecoder | null = null;
  const end = (error: Error | null): void => {
    if (finished || stream.destroyed) return;
    finished = true;
    if (error !== null) {
      stream.destroy(error);
      return;
    }
    decoder?.end();
    writer.raw(COPY_TRAILER);
    writer.flush();
    stream.push(null);
    // The connection is the next query's: it must not stay paused.
    socket.resume();
  };
  // A socket that goes without a word of the driver, too.
  const cut = () => end(Object.assign(new Error('Connection lost in the middle of a result.'), { code: 'PROTOCOL_CONNECTION_LOST' }));
  socket.once('close', cut);
  writer.raw(COPY_HEADER);
  executeRows(connection, select, {
    fields: (fields) => {
      decoder = new RowDecoder(fastColumns(table, fields), encoder, writer);
    },
    row: (buffer, from, to) => {
      if (!abandoned) decoder!.decode(buffer, from, to);
    },
    done: (error) => {
      socket.off('close', cut);
      end(error);
    },
  });
  return stream;
}
