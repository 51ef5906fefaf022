import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryInPieces } from '../../src/db/postgres/query-in-pieces.ts';
import { startPostgres } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { BinaryPieces } from '../../src/sql/binary-pieces.ts';

const PIECES = Array.from({ length: 256 }, (_, at) => Buffer.alloc(256 << 10, at));
const WHOLE_BYTES = 64 << 20;
const MD5 = createHash('md5').update(Buffer.concat(PIECES)).digest('hex');

let servers: ServerSet;
let client: pg.Client;
const clients: pg.Client[] = [];
let url: string;

beforeAll(async () => {
  servers = await ServerSet.forTest('query-in-pieces');
  const server = await startPostgres({ servers, name: 'postgres', settings: { fsync: 'off' } });
  url = server.url();
  client = await connected();
});
afterAll(async () => {
  for (const each of clients) await each.end();
  await servers?.stopAll();
});

async function connected(): Promise<pg.Client> {
  const each = new pg.Client(url);
  each.on('error', () => {});
  await each.connect();
  clients.push(each);
  return each;
}

test('texts and values in pieces arrive as they are, in their order', async () => {
  const array = new BinaryPieces([
    Buffer.from('00000001000000010000001400000002', 'hex'),
    ints(1),
    Buffer.from('ffffffff', 'hex'),
    bigint(-7n),
  ]);
  const rows = await queryInPieces(
    client,
    `SELECT $1::text AS said, $2::bigint[]::text AS numbers, md5($3::bytea) AS bytes, length($4::text) AS none, $5::bigint[]::text AS keys`,
    ['žluťoučký 🐎', array, new BinaryPieces(PIECES), '', '{3,4}'],
  );
  expect(rows).toEqual([{ said: 'žluťoučký 🐎', numbers: '{NULL,-7}', bytes: MD5, none: 0, keys: '{3,4}' }]);
});

test('what is handed over is not copied, as the driver would', async () => {
  const sql = 'SELECT md5($1::bytea) AS md5';
  const ours = await mostBytes(() => queryInPieces(client, sql, [new BinaryPieces(PIECES)]));
  const drivers = await mostBytes(() => client.query(sql, [Buffer.concat(PIECES)]));
  expect(ours).toBeLessThan(WHOLE_BYTES / 4);
  expect(drivers).toBeGreaterThan(WHOLE_BYTES / 2);
});

test.for([
  ['a statement that cannot be parsed', 'SELEKT md5($1::bytea)', '42601'],
  ['a value of another type', 'SELECT $1::bigint[]', '42804'],
  ['a statement that fails', 'SELECT length($1::bytea) / 0', '22012'],
] as const)('%s is told by its error, and the session goes on', async ([, sql, code]) => {
  await expect(queryInPieces(client, sql, [new BinaryPieces(PIECES)])).rejects.toMatchObject({ code });
  const [rows, next] = await Promise.all([
    queryInPieces(client, 'SELECT md5($1::bytea) AS md5', [new BinaryPieces(PIECES)]),
    client.query<{ one: number }>('SELECT 1 AS one'),
  ]);
  expect([rows, next.rows]).toEqual([[{ md5: MD5 }], [{ one: 1 }]]);
});

test('more than PostgreSQL takes at once is refused before anything is sent', async () => {
  const much = new BinaryPieces(Array.from({ length: 16 }, () => PIECES).flat());
  await expect(queryInPieces(client, 'SELECT $1::bytea', [much])).rejects.toThrow(
    /^The values have 1073741\d+ bytes; PostgreSQL takes 1073741822/,
  );
  expect((await client.query('SELECT 1')).rowCount).toBe(1);
});

test('a session that the server ends fails the statement', async () => {
  const other = await connected();
  const { rows } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const asked = queryInPieces(other, 'SELECT md5($1::bytea), pg_sleep(60)', [new BinaryPieces(PIECES)]);
  asked.catch(() => undefined);
  await client.query('SELECT pg_sleep(0.2), pg_terminate_backend($1)', [rows[0]!.pid]);
  await expect(asked).rejects.toThrow(/terminat|ended|closed|reset|EPIPE/i);
});

test.for([
  ['is destroyed', (socket: Socket) => socket.destroy()],
  ['fails', (socket: Socket) => socket.destroy(new Error('cut'))],
] as const)('a socket that %s while values are sent fails the statement', async ([, cut]) => {
  const other = await connected();
  const { stream } = (other as unknown as { connection: { stream: Socket } }).connection;
  const asked = queryInPieces(other, 'SELECT md5($1::bytea)', [new BinaryPieces(PIECES)]);
  asked.catch(() => undefined);
  while (stream.bytesWritten <= PIECES[0]!.length) await nextTurn();
  expect(stream.bytesWritten).toBeLessThan(WHOLE_BYTES);
  cut(stream);
  await expect(asked).rejects.toThrow(/terminat|cut/i);
});

/** Bytes of buffers at their most while `work` is done, beyond those before. */
async function mostBytes(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const look = () => (most = Math.max(most, process.memoryUsage().arrayBuffers - before));
  const timer = setInterval(look, 1);
  try {
    const working = work();
    look();
    await working;
  } finally {
    clearInterval(timer);
  }
  return most;
}

function ints(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function bigint(value: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32BE(8);
  bytes.writeBigInt64BE(value, 4);
  return bytes;
}
