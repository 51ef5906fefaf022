import type { ChunkReader } from '../db/copy/chunk-reader.ts';
import { fingerprintMysql, fingerprintPostgres } from '../db/fingerprint.ts';
import { checkFingerprint, type RunFacts } from '../db/ledger/run-facts.ts';
import { mysqlChunkReader } from '../db/mysql/chunk-reader.ts';
import { queryMysql, withMysql } from '../db/mysql/session.ts';
import { postgresChunkReader } from '../db/postgres/chunk-reader.ts';
import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import type { TablePlan } from '../plan/types.ts';
import { mysqlDrivingQueries, postgresDrivingQueries } from '../sql/driving-query.ts';
import type { KeyBounds } from '../sql/range.ts';
import type { Engine } from './engine.ts';
import { readTextAsStored } from './source-encoding.ts';

export interface ChunkSource {
  readonly facts: RunFacts;
  readonly table: TablePlan;
  readonly bounds: KeyBounds;
  /** Further condition of the source's rows, in SQL. */
  readonly only?: string;
  readonly applicationName: string;
  readonly signal: AbortSignal;
}

/** Set-based joins of a chunk want memory for their hashes; parallelism comes from the chunks. Measured: 2.9 to 1.5 s for all users. */
const SOURCE_SETTINGS = { work_mem: '64MB', max_parallel_workers_per_gather: '0', jit: 'off' };

/** Opens one snapshot of the table's source, in a session that is read-only by the server's own word, and lends a reader of the chunk. */
export function withChunkReader<T>(engine: Engine, source: ChunkSource, work: (reader: ChunkReader) => Promise<T>): Promise<T> {
  return source.table.source === 'common_oltp' ? fromPostgres(engine, source, work) : fromMysql(engine, source, work);
}

function fromPostgres<T>(engine: Engine, source: ChunkSource, work: (reader: ChunkReader) => Promise<T>): Promise<T> {
  const { facts, table, bounds, only, applicationName, signal } = source;
  const queries = postgresDrivingQueries(table, bounds, { absent: facts.absent }, only);
  return withPostgres(engine.databases.commonOltp, { applicationName, signal, fallback: 'TableFailed', again: true }, (client) =>
    transaction(client, { isolation: 'REPEATABLE READ', readOnly: true, settings: SOURCE_SETTINGS }, async () => {
      checkFingerprint(facts, 'common_oltp', await fingerprintPostgres(client));
      return work(
        postgresChunkReader(engine.databases.commonOltp, client, { table, queries, checkedText: await readTextAsStored(client) }),
      );
    }),
  );
}

function fromMysql<T>(engine: Engine, source: ChunkSource, work: (reader: ChunkReader) => Promise<T>): Promise<T> {
  const { facts, table, bounds, only, signal } = source;
  const queries = mysqlDrivingQueries(table, bounds, { absent: facts.absent }, only);
  return withMysql(engine.databases.authorization, { signal, fallback: 'TableFailed' }, async (connection) => {
    checkFingerprint(facts, 'authorization_db', await fingerprintMysql(connection));
    await queryMysql(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    return work(mysqlChunkReader(engine.databases.authorization, connection, table, queries, engine.copyPath));
  });
}
