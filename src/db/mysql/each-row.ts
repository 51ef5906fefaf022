import type { Connection } from 'mysql2';
import type { TextValue } from './column-codec.ts';
import { valueOf } from './text-tuples.ts';

/** Hands on each row of a query as it arrives: values as the text protocol sends them, which `work` must not keep. */
export function eachRow(connection: Connection, sql: string, work: (row: readonly TextValue[]) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = connection.query({ sql, rowsAsArray: true, typeCast: valueOf });
    query.on('result', (row) => {
      try {
        work(row as unknown as TextValue[]);
      } catch (error) {
        // Thrown on into the driver, it would end the process, with the row in its last words.
        reject(error as Error);
        connection.destroy();
      }
    });
    query.on('error', reject);
    query.on('end', () => resolve());
  });
}
