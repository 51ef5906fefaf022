import type { Connection } from 'mysql2';
import type { TextValue } from './column-codec.ts';
import { streamRows } from './stream-rows.ts';

/** Hands on each row of a query as it arrives: values as the text protocol sends them, which `work` must not keep. */
export function eachRow(connection: Connection, sql: string, work: (row: readonly TextValue[]) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    streamRows(connection, sql, {
      row: (row) => {
        try {
          work(row);
        } catch (error) {
          reject(error as Error);
          connection.destroy();
        }
      },
      done: (error) => (error === null ? resolve() : reject(error)),
    });
  });
}
