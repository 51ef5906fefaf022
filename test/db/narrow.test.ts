import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { narrow } from '../../src/db/copy/narrow.ts';
import { COPY_HEADER, COPY_TRAILER } from '../../src/db/copy/tuple-hash.ts';
import { Random } from '../../src/local/sample/random.ts';
import { startPostgres } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';

const ROWS = 4_000;
const COPY = 'COPY positive FROM STDIN (FORMAT binary)';

let servers: ServerSet;
let client: pg.Client;

beforeAll(async () => {
  servers = await ServerSet.forTest('narrow');
  const server = await startPostgres({ servers, name: 'postgres', settings: { fsync: 'off' } });
  client = new pg.Client({ connectionString: await server.createDatabase('narrow') });
  await client.connect();
  await client.query('CREATE TABLE positive (id bigint NOT NULL CHECK (id >= 0))');
});
afterAll(async () => {
  await client?.end();
  await servers?.stopAll();
});

test.each([0, 1, 5, 30])('%i bad rows among 4,000 are alone after O(k log n) loads, and all others land', async (count) => {
  const random = new Random(5, `bad ${count}`);
  const bad = new Set<number>();
  while (bad.size < count) bad.add(random.int(0, ROWS - 1));
  const tuples = Array.from({ length: ROWS }, (_tuple, row) => tupleOf(BigInt(bad.has(row) ? -row - 1 : row)));

  await client.query('BEGIN');
  const { counted, loads } = countLoads(client);
  const landed = await narrow(counted, COPY, Readable.from([COPY_HEADER, ...tuples, COPY_TRAILER], { objectMode: false }));
  const { rows } = await client.query<{ n: string; least: string }>('SELECT count(*) AS n, min(id) AS least FROM positive');
  await client.query('ROLLBACK');

  // A bad row costs two loads for each halving of its batch, and its batch; the batches in between double.
  const log = Math.ceil(Math.log2(ROWS));
  expect(loads()).toBeLessThanOrEqual(count * (2 * log + 2) + log);
  expect(landed).toMatchObject({ rows: ROWS - count, refused: { length: count } });
  expect(rows[0]).toMatchObject({ n: String(ROWS - count) });
  expect(landed.refused.map(({ tuple, detail }) => [tuple.readBigInt64BE(6), detail])).toEqual(
    [...bad].toSorted((a, b) => a - b).map((row) => [BigInt(-row - 1), 'positive_id_check:23514']),
  );
  const good = tuples.filter((_tuple, row) => !bad.has(row));
  expect(landed.sha256).toBe(good.reduce((hash, tuple) => hash.update(tuple), createHash('sha256')).digest('hex'));
});

/** The same session, which counts the savepoints that each load begins with. */
function countLoads(session: pg.Client): { readonly counted: pg.Client; readonly loads: () => number } {
  let loads = 0;
  const counted = new Proxy(session, {
    get(of, name) {
      if (name !== 'query') return Reflect.get(of, name, of) as unknown;
      return (statement: string) => {
        if (statement === 'SAVEPOINT batch') loads += 1;
        return of.query(statement);
      };
    },
  });
  return { counted, loads: () => loads };
}

/** One column, a bigint. */
function tupleOf(value: bigint): Buffer {
  const tuple = Buffer.alloc(14);
  tuple.writeInt16BE(1);
  tuple.writeInt32BE(8, 2);
  tuple.writeBigInt64BE(value, 6);
  return tuple;
}
