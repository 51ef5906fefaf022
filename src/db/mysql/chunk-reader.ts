import type { Readable } from 'node:stream';
import type { Connection } from 'mysql2';
import type { TablePlan } from '../../plan/types.ts';
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
  sql: { readonly count: string; readonly select: string },
  path: CopyPath,
): ChunkReader {
  let encoder = new RowEncoder(table);
  return {
    server,
    count: () => translating(server, 'TableFailed', async () => Number((await queryMysql<{ n: number }>(connection, sql.count))[0]!.n)),
    tuples: (): Readable => {
      encoder = new RowEncoder(table);
      return PATHS[path](connection, sql.select, table, encoder);
    },
    leftovers: async () => encoder.leftovers(),
    ask: (question) => translating(server, 'TableFailed', () => queryMysql(connection, question)),
  };
}
