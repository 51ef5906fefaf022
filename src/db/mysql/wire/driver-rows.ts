import type { Socket } from 'node:net';
import type { Connection, FieldPacket } from 'mysql2';

/**
 * The fence: everything that the binary path uses of mysql2 beyond its public interface, and nothing else in the program does.
 * mysql2 is pinned to one exact version, and `test/db/mysql-driver-contract.test.ts` fails where another behaves otherwise.
 *
 * - `connection.execute(…)` returns its command, and the connection hands each packet of the result to `command.execute(packet, …)`
 *   of that object; the command emits `fields` with the last column definition, before any row.
 * - a packet is `buffer`, `offset` (its first byte after the header) and `end`, valid during that call only; one of more than 16 MiB
 *   comes joined.
 * - `connection.stream` is the socket (of TLS, where it is spoken).
 * - a packet out of order is told by the connection's event `warn`.
 */
interface Packet {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
}
interface Command {
  execute: (packet: Packet | undefined, connection: unknown) => boolean;
  on(event: 'fields', listener: (fields: readonly WireField[]) => void): void;
}
interface Inside {
  readonly stream: Socket;
  execute(options: { sql: string; rowsAsArray: true }, done: (error: Error | null, rows?: readonly unknown[]) => void): Command;
  on(event: 'warn', listener: (error: Error) => void): void;
  off(event: 'warn', listener: (error: Error) => void): void;
}

/** A column of a result, as the server declares it. */
export interface WireField extends Pick<FieldPacket, 'name'> {
  /** Protocol::ColumnType */
  readonly columnType: number;
  /** Column Definition Flags */
  readonly flags: number;
  readonly columnLength: number;
  readonly decimals: number;
}

export interface RowReceiver {
  /** Called once, before the first row. */
  readonly fields: (fields: readonly WireField[]) => void;
  /** A row of the binary protocol, from its header byte on: `buffer` from `start` to `end`, to be read during the call. */
  readonly row: (buffer: Buffer, start: number, end: number) => void;
  /** Called once. An error may come after rows. What `fields` and `row` throw comes here, with the connection destroyed. */
  readonly done: (error: Error | null) => void;
}

/** First byte of a row of the binary protocol; an EOF packet has 0xfe, an ERR packet 0xff. */
const ROW = 0x00;

/** Runs a statement as a prepared one and hands over its rows as they came. */
export function executeRows(connection: Connection, sql: string, receiver: RowReceiver): void {
  const inside = connection as unknown as Inside;
  const outOfOrder = (error: Error) => void inside.stream.destroy(error);
  inside.on('warn', outOfOrder);
  const command = inside.execute({ sql, rowsAsArray: true }, (error, rows) => {
    inside.off('warn', outOfOrder);
    const passedBy = error === null && rows !== undefined && rows.length > 0;
    receiver.done(passedBy ? new Error('The driver kept rows for itself: its version does not fit COPY_PATH=binary.') : error);
  });
  const execute = command.execute.bind(command);
  let inRows = false;
  command.on('fields', (fields) => {
    receiver.fields(fields);
    inRows = true;
  });
  command.execute = (packet, owner) => {
    if (!inRows || packet === undefined || packet.buffer[packet.offset] !== ROW) return execute(packet, owner);
    receiver.row(packet.buffer, packet.offset, packet.end);
    return false;
  };
}

/** Ends a connection at once, in the middle of whatever comes: the driver's `destroy` only says that it will send no more. */
export function cutConnection(connection: Connection): void {
  connection.destroy();
  socketOf(connection).destroy();
}

/** The socket under a connection: unlike `connection.pause()`, pausing it copies no packet that has arrived already. */
export function socketOf(connection: Connection): Socket {
  return (connection as unknown as Inside).stream;
}
