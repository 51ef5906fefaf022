import { Readable } from 'node:stream';
import type { Connection } from 'mysql2';
import type { TablePlan } from '../../plan/types.ts';
import { TupleWriter } from '../copy/encode-tuple.ts';
import { COPY_HEADER, COPY_TRAILER } from '../copy/tuple-hash.ts';
import type { TextValue } from './column-codec.ts';
import type { RowEncoder } from './row-encoder.ts';
import { bitDigits } from './wire/wire-text.ts';

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
  const query = connection.query({ sql: select, rowsAsArray: true, typeCast: (field: Field) => valueOf(field) });
  writer.raw(COPY_HEADER);
  query.on('result', (row) => {
    if (abandoned) return;
    try {
      encoder.encode(row as unknown as TextValue[], writer);
    } catch (error) {
      // Thrown on into the driver, it would end the process, with the row in its last words.
      stream.destroy(error as Error);
    }
  });
  query.on('error', (error) => {
    finished = true;
    stream.destroy(error);
  });
  query.on('end', () => {
    if (finished || abandoned) return;
    finished = true;
    writer.raw(COPY_TRAILER);
    writer.flush();
    stream.push(null);
  });
  return stream;
}

/** What the driver hands to a `typeCast`. */
export interface Field {
  readonly type: string;
  buffer(): TextValue;
}

/** The text protocol sends a bit field as its bytes. */
export function valueOf(field: Field): TextValue {
  const value = field.buffer();
  return value !== null && field.type === 'BIT' ? bitDigits(value) : value;
}
