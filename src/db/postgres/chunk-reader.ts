import { Readable } from 'node:stream';
import type pg from 'pg';
import type { TablePlan } from '../../plan/types.ts';
import type { ChunkReader } from '../copy/chunk-reader.ts';
import { copyOut } from '../copy/copy-out.ts';
import { TextRepair } from '../copy/repair-text.ts';
import { translating } from '../errors.ts';
import type { Reject } from '../ledger/rejects.ts';
import type { Server } from '../server.ts';

/** A row of the `bad` query: kept out by a cast. */
interface BadRow {
  readonly source_table: string;
  readonly source_key: Reject['sourceKey'];
  readonly reason: string;
  readonly detail: string;
  readonly row: Reject['row'];
}

export interface PostgresChunk {
  readonly table: TablePlan;
  readonly count: string;
  readonly good: string;
  readonly bad: string | null;
  /** The source's database checks that its text is valid. Where it does not (SQL_ASCII), every text is looked at here. */
  readonly checkedText: boolean;
}

/** Reads a chunk of a PostgreSQL source: `COPY (good) TO STDOUT` in binary, cast in the source. The caller has opened the snapshot. */
export function postgresChunkReader(server: Server, client: pg.Client, chunk: PostgresChunk): ChunkReader {
  let repair = new TextRepair(chunk.table);
  return {
    server,
    count: () => translating(server, 'TableFailed', async () => Number((await client.query<{ n: number }>(chunk.count)).rows[0]!.n)),
    tuples: () => {
      const stream = copyOut(client, `COPY (${chunk.good}) TO STDOUT (FORMAT binary)`);
      if (chunk.checkedText) return stream;
      repair = new TextRepair(chunk.table);
      return Readable.from(repair.repair(stream), { objectMode: false });
    },
    leftovers: async (missing) => {
      const { bad } = chunk;
      const rejects = bad === null || missing === repair.rejects.length ? [] : await readBad(server, client, bad);
      return { rejects: [...rejects, ...repair.rejects], adjustments: repair.adjustments };
    },
    ask: (question) => translating(server, 'TableFailed', async () => (await client.query<Record<string, unknown>>(question)).rows),
  };
}

async function readBad(server: Server, client: pg.Client, bad: string): Promise<Reject[]> {
  const { rows } = await translating(server, 'TableFailed', () => client.query<BadRow>(bad));
  return rows.map(({ source_table, source_key, reason, detail, row }) => ({
    sourceTable: source_table,
    sourceKey: source_key,
    reason,
    detail,
    row,
  }));
}
