import { Readable } from 'node:stream';
import type pg from 'pg';
import type { TablePlan } from '../../plan/types.ts';
import type { ChunkReader } from '../copy/chunk-reader.ts';
import { copyOut, type CopiedRows } from '../copy/copy-out.ts';
import type { PostgresDrivingQueries } from '../../sql/driving-query.ts';
import { TextRepair } from '../copy/repair-text.ts';
import { errorCode, translating } from '../errors.ts';
import type { Reject } from '../ledger/rejects.ts';
import type { Server } from '../server.ts';

/** SQLSTATEs of a cast to a whole number that is refused: NaN and infinities, and numbers out of range. */
const CAST_REFUSALS: ReadonlySet<string> = new Set(['0A000', '22003']);

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
  readonly queries: PostgresDrivingQueries;
  /** The source's database checks that its text is valid. Where it does not (SQL_ASCII), every text is looked at here. */
  readonly checkedText: boolean;
}

/** Reads a chunk of a PostgreSQL source: `COPY (good) TO STDOUT` in binary, cast in the source. The caller has opened the snapshot. */
export function postgresChunkReader(server: Server, client: pg.Client, chunk: PostgresChunk): ChunkReader {
  const { count, keptOut, joined, forget, good, trusting, bad } = chunk.queries;
  const opened = (before: string, query: string): Readable => {
    const stream = copyOut(client, `${before}; COPY (${query}) TO STDOUT (FORMAT binary)`);
    copied = stream;
    if (chunk.checkedText) return stream;
    repair = new TextRepair(chunk.table);
    return Readable.from(repair.repair(stream), { objectMode: false });
  };
  let repair = new TextRepair(chunk.table);
  let copied: CopiedRows | null = null;
  let trusted = false;
  const numberOf = async (question: string) => Number((await client.query<{ n: string }>(question)).rows[0]!.n);
  return {
    server,
    count: () =>
      translating(server, 'TableFailed', async () => {
        if (keptOut === null || copied === null) return numberOf(count);
        const kept = await numberOf(keptOut);
        return joined && kept > 0 ? numberOf(count) : copied.rows + kept;
      }),
    // A stream that was given up for what the target said may have met a refusal of its own while it ran dry.
    tuples: () => opened(trusted ? `ROLLBACK TO SAVEPOINT trusting; ${forget}` : forget, good),
    trusting: () => {
      if (trusting === null) return null;
      trusted = true;
      return opened(`${forget}; SAVEPOINT trusting`, trusting);
    },
    isRefusal: (error) => CAST_REFUSALS.has(errorCode(error)),
    leftovers: async (missing) => {
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
