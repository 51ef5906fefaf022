import type { Socket } from 'node:net';
import pg from 'pg';
import type { BinaryPieces } from '../../sql/binary-pieces.ts';
import { writePieces } from './write-pieces.ts';

/** What is used of pg's connection beyond its public interface; `test/db/query-in-pieces.test.ts` fails where another version behaves otherwise. */
interface Wire {
  readonly stream: Socket;
  parse(query: { readonly text: string }): void;
  describe(portal: { readonly type: 'P'; readonly name: string }): void;
  execute(portal: { readonly portal: string }): void;
  sync(): void;
}

type Row = Record<string, unknown>;

/** PostgreSQL's own limit of a message, its length included (`PQ_LARGE_MESSAGE_LIMIT` in libpq/libpq.h). */
const MOST_BYTES = 2 ** 30 - 2;

/**
 * Runs one statement whose values are texts, or binary and large: these are written to the socket as they are, piece by piece as it
 * takes them. The driver puts all values of a statement together first, twice: there were 311 MB of buffers for 94 MB of values.
 * Throws a `RangeError` for values that PostgreSQL would not take in one message.
 */
export async function queryInPieces(client: pg.Client, sql: string, values: readonly (string | BinaryPieces)[]): Promise<Row[]> {
  const message = bindMessage(values);
  return new Promise((resolve, reject) => {
    const query = new pg.Query<Row>(sql, (error, result) => (error ? reject(error) : resolve(result.rows)));
    query.submit = (connection) => {
      const wire = connection as unknown as Wire;
      wire.parse({ text: sql });
      writePieces(wire.stream, message).then(
        () => {
          wire.describe({ type: 'P', name: '' });
          wire.execute({ portal: '' });
          wire.sync();
        },
        (error: unknown) => wire.stream.destroy(error as Error),
      );
    };
    client.query(query);
  });
}

/** Bind of the unnamed statement, in pieces (PostgreSQL 15, 55.7 Message Formats). Results come as text. */
function bindMessage(values: readonly (string | BinaryPieces)[]): Buffer[] {
  const pieces: Buffer[] = [Buffer.from([0, 0]), int16s(values.length, ...values.map((value) => (typeof value === 'string' ? 0 : 1)))];
  pieces.push(int16s(values.length));
  const parts = values.map((value) => (typeof value === 'string' ? [Buffer.from(value, 'utf8')] : value.pieces));
  const length = 4 + lengthOf(pieces) + parts.reduce((total, bytes) => total + 4 + lengthOf(bytes), 2);
  if (length > MOST_BYTES) throw new RangeError(`The values have ${length} bytes; PostgreSQL takes ${MOST_BYTES} at the most.`);
  for (const bytes of parts) {
    pieces.push(int32(lengthOf(bytes)));
    for (const piece of bytes) pieces.push(piece);
  }
  pieces.push(int16s(0));
  return [Buffer.from('B'), int32(length), ...pieces];
}

function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((total, { length }) => total + length, 0);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, at) => bytes.writeUInt16BE(value, 2 * at));
  return bytes;
}
