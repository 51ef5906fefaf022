import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { ChunkReader } from '../copy/chunk-reader.ts';
import type { Server } from '../server.ts';
import { translating } from '../errors.ts';
import type { Reject } from '../ledger/rejects.ts';

/** A row of the `bad` query: kept out by a cast. */
interface BadRow {
  readonly source_table: string;
  readonly source_key: Reject['sourceKey'];
  readonly reason: string;
  readonly detail: string;
  readonly row: Reject['row'];
}

/** Reads a chunk of a PostgreSQL source: `COPY (good) TO STDOUT` in binary, cast in the source. The caller has opened the snapshot. */
export function postgresChunkReader(
  server: Server,
  client: pg.Client,
  sql: { readonly count: string; readonly good: string; readonly bad: string | null },
): ChunkReader {
  return {
    server,
    count: () => translating(server, 'TableFailed', async () => Number((await client.query<{ n: number }>(sql.count)).rows[0]!.n)),
    tuples: () => client.query(copyTo(`COPY (${sql.good}) TO STDOUT (FORMAT binary)`)),
    leftovers: async () => {
      const { bad } = sql;
      if (bad === null) return { rejects: [], adjustments: [] };
      const { rows } = await translating(server, 'TableFailed', () => client.query<BadRow>(bad));
      const rejects = rows.map((row) => ({
        sourceTable: row.source_table,
        sourceKey: row.source_key,
        reason: row.reason,
        detail: row.detail,
        row: row.row,
      }));
      return { rejects, adjustments: [] };
    },
  };
}
