import type { Connection } from 'mysql2';
import type { TextValue } from './column-codec.ts';
import { bitDigits } from './wire/wire-text.ts';

export interface RowTaker {
  /** Each row as it arrives: values as the text protocol sends them, not to be kept. It must not throw: that would end the process. */
  readonly row: (row: readonly TextValue[]) => void;
  /** Called once: null after the last row. */
  readonly done: (error: Error | null) => void;
}

/**
 * Runs a query through the driver's public interface and hands on its rows without keeping them. Of a query without a callback the
 * driver tells a lost connection to the connection alone (mysql2 3.24, `_notifyError`): whoever listens to the query waits for ever.
 */
export function streamRows(connection: Connection, sql: string, { row, done }: RowTaker): void {
  let over = false;
  const end = (error: Error | null): void => {
    if (over) return;
    over = true;
    connection.off('error', end);
    done(error);
  };
  // Before the query: a connection that is closed already says so at once.
  connection.on('error', end);
  const query = connection.query({ sql, rowsAsArray: true, typeCast: (field: Field) => valueOf(field) });
  query.on('result', (values) => row(values as unknown as TextValue[]));
  query.on('error', end);
  query.on('end', () => end(null));
}

/** What the driver hands to a `typeCast`. */
interface Field {
  readonly type: string;
  buffer(): TextValue;
}

/** The text protocol sends a bit field as its bytes. */
function valueOf(field: Field): TextValue {
  const value = field.buffer();
  return value !== null && field.type === 'BIT' ? bitDigits(value) : value;
}
