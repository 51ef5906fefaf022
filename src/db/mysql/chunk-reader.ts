import type { Readable } from 'node:stream';
import type { Connection } from 'mysql2';
import type { TablePlan } from '../../plan/types.ts';
import type { MysqlDrivingQueries } from '../../sql/driving-query.ts';
import type { ChunkReader } from '../copy/chunk-reader.ts';
import { translating } from '../errors.ts';
import type { Server } from '../server.ts';
import { RowEncoder } from './row-encoder.ts';
import { queryMysql } from './session.ts';
import { textTuples } from './text-tuples.ts';
import { binaryTuples } from './wire/binary-tuples.ts';

/** How MySQL's rows are read: `binary` decodes the binary protocol itself, `text` goes through mysql2's public interface alone. */
export type CopyPath = 'binary' | 'text';

const PATHS = { binary: binaryTuples, text: textTuples } as const;

/** Reads a chunk of a MySQL table as a binary COPY stream. The caller has opened a transaction with a consistent snapshot. */
export function mysqlChunkReader(
  server: Server,
  connection: Connection,
  table: TablePlan,
  sql: MysqlDrivingQueries,
  path: CopyPath,
): ChunkReader {
  let encoder = new RowEncoder(table);
  return {
    server,
    count: () =>
      translating(server, 'TableFailed', async () => (await numberOf(connection, sql.found)) ?? (await numberOf(connection, sql.count))!),
    tuples: (): Readable => {
      encoder = new RowEncoder(table);
      return PATHS[path](connection, sql.select, table, encoder);
    },
    trusting: () => null,
    isRefusal: () => false,
    leftovers: async () => encoder.leftovers(),
    ask: (question) => translating(server, 'TableFailed', () => queryMysql(connection, question)),
  };
}

/** MySQL calls `FOUND_ROWS` deprecated (8.0.17): some version will not have it. */
const NO_SUCH_FUNCTION = 1305;

/** The one number that a query gives; null where the server lacks a function in it. */
async function numberOf(connection: Connection, question: string): Promise<number | null> {
  try {
    return Number((await queryMysql<{ n: number }>(connection, question))[0]!.n);
  } catch (error) {
    if ((error as { errno?: unknown }).errno === NO_SUCH_FUNCTION) return null;
    throw error;
  }
}
