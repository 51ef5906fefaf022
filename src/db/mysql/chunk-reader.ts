import { Readable } from 'node:stream';
import type { Connection } from 'mysql2';
import type { TablePlan } from '../../plan/types.ts';
import type { ChunkReader } from '../copy/chunk-reader.ts';
import { translating } from '../errors.ts';
import { TupleWriter } from '../copy/encode-tuple.ts';
import { COPY_HEADER, COPY_TRAILER } from '../copy/tuple-hash.ts';
import type { Server } from '../server.ts';
import { RowEncoder } from './row-encoder.ts';
import { queryMysql } from './session.ts';
import type { TextValue } from './column-codec.ts';

/**
 * Reads a chunk of a MySQL table as a binary COPY stream, through mysql2's public interface: text protocol, values as buffers.
 * The caller has opened a transaction with a consistent snapshot.
 */
export function mysqlChunkReader(
  server: Server,
  connection: Connection,
  table: TablePlan,
  sql: { readonly count: string; readonly select: string },
): ChunkReader {
  let encoder = new RowEncoder(table);
  return {
    server,
    count: () => translating(server, 'TableFailed', async () => Number((await queryMysql<{ n: number }>(connection, sql.count))[0]!.n)),
    tuples: () => {
      encoder = new RowEncoder(table);
      return tupleStream(connection, sql.select, encoder);
    },
    leftovers: async () => encoder.leftovers(),
    ask: (question) => translating(server, 'TableFailed', () => queryMysql(connection, question)),
  };
}

function tupleStream(connection: Connection, select: string, encoder: RowEncoder): Readable {
  const stream = new Readable({
    highWaterMark: 1 << 20,
    read: () => connection.resume(),
    destroy: (error, done) => {
      // An abandoned result would be mistaken for the next query's: the connection goes with it.
      if (!finished) connection.destroy();
      done(error);
    },
  });
  let finished = false;
  const writer = new TupleWriter((bytes) => {
    if (!stream.push(bytes)) connection.pause();
  });
  const query = connection.query({ sql: select, rowsAsArray: true, typeCast: (field: { buffer(): TextValue }) => field.buffer() });
  writer.raw(COPY_HEADER);
  query.on('result', (row) => encoder.encode(row as unknown as TextValue[], writer));
  query.on('error', (error) => {
    finished = true;
    stream.destroy(error);
  });
  query.on('end', () => {
    if (finished) return;
    finished = true;
    writer.raw(COPY_TRAILER);
    writer.flush();
    stream.push(null);
  });
  return stream;
}
