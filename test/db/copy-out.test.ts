import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOut } from '../../src/db/copy/copy-out.ts';
import { land } from '../../src/db/copy/land.ts';
import { translate } from '../../src/db/errors.ts';
import { postgresChunkReader } from '../../src/db/postgres/chunk-reader.ts';
import { withPostgres } from '../../src/db/postgres/session.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { startPostgres, type PostgresServer } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import type { TablePlan } from '../../src/plan/types.ts';
import { cuttingProxy } from './cutting-proxy.ts';

const ROWS = 30_000;
/** Rows of no bytes to rows longer than a piece of the socket, of a buffer and of what the stream holds. */
const MANY = `SELECT n::bigint AS id, CASE WHEN n % 10000 = 0 THEN repeat('w', n * 300) WHEN n % 7 > 0 THEN repeat('x', n % 300) END AS t
  FROM generate_series(1, ${ROWS}) n`;
const MANY_OUT = `COPY (${MANY}) TO STDOUT (FORMAT binary)`;

let servers: ServerSet;
let server: PostgresServer;
let url: string;
const clients: pg.Client[] = [];

beforeAll(async () => {
  servers = await ServerSet.forTest('copy-out');
  server = await startPostgres({ servers, name: 'postgres', settings: { fsync: 'off' } });
  url = await server.createDatabase('rows');
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await servers?.stopAll();
});

async function connected(to: string = url): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: to });
  client.on('error', () => {});
  await client.connect();
  clients.push(client);
  return client;
}

async function hashOf(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of stream) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

const socketOf = (client: pg.Client) => (client as unknown as { connection: { stream: Socket } }).connection.stream;

/** Lets rows come until nobody takes them. */
async function fullStream(client: pg.Client): Promise<Readable> {
  const stream = copyOut(client, MANY_OUT);
  stream.read(0);
  await waitUntil(
    async () => {
      if (!socketOf(client).isPaused()) throw new Error('The socket is not paused.');
    },
    { forMs: 30_000, everyMs: 5 },
  );
  return stream;
}

async function failureOf(stream: Readable): Promise<string> {
  const error: unknown = await hashOf(stream).then(
    () => new Error('It ended as if it were whole.'),
    (reason: unknown) => reason,
  );
  return translate(error, { role: 'source', name: 'common_oltp', url }, 'TableFailed').type;
}

test('gives the bytes that pg-copy-streams gives, in large pieces, and the connection back to the next query', async () => {
  const client = await connected();
  const wanted = await hashOf(client.query(copyTo(MANY_OUT)));
  expect(await hashOf(copyOut(client, MANY_OUT))).toBe(wanted);
  const sizes: number[] = [];
  for await (const bytes of copyOut(client, "COPY (SELECT repeat('x', 80) FROM generate_series(1, 20000)) TO STDOUT (FORMAT binary)")) {
    sizes.push((bytes as Buffer).length);
  }
  expect(sizes.length).toBeLessThan(16);
});

test('passes notices on, and a COPY of no rows is one', async () => {
  const client = await connected();
  await client.query(`CREATE FUNCTION say(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''row %'', n; RETURN n; END'`);
  const notices: unknown[] = [];
  client.on('notice', (notice) => notices.push(notice.message));
  await hashOf(copyOut(client, 'COPY (SELECT say(n) FROM generate_series(1, 3) n) TO STDOUT (FORMAT binary)'));
  expect(notices).toEqual(['row 1', 'row 2', 'row 3']);
  const empty = 'COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)';
  expect(await hashOf(copyOut(client, empty))).toBe(await hashOf(client.query(copyTo(empty))));
});

test('waits for a slow taker with little in memory, and then comes whole', async () => {
  const client = await connected();
  const stream = await fullStream(client);
  expect(stream.readableLength).toBeLessThan(4 << 20);
  expect(await hashOf(stream)).toBe(await hashOf(copyOut(client, MANY_OUT)));
});

test('is thrown away, when it is abandoned, and leaves the connection to the next', async () => {
  const client = await connected();
  const wanted = await hashOf(copyOut(client, MANY_OUT));
  const abandoned = await fullStream(client);
  abandoned.destroy();
  await once(abandoned, 'close');
  expect((await client.query<{ n: number }>('SELECT 7 AS n')).rows).toEqual([{ n: 7 }]);
  expect(await hashOf(copyOut(client, MANY_OUT))).toBe(wanted);
});

test('an error of the server, at once or after rows, is the stream’s, and the session goes on', async () => {
  const client = await connected();
  for (const broken of ['SELECT no_such_column', 'SELECT 1 / (40000 - n) FROM generate_series(1, 50000) n']) {
    await expect(hashOf(copyOut(client, `COPY (${broken}) TO STDOUT (FORMAT binary)`))).rejects.toMatchObject({
      code: broken.includes('/') ? '22012' : '42703',
    });
    expect((await client.query<{ n: number }>('SELECT 7 AS n')).rows).toEqual([{ n: 7 }]);
  }
});

test('cancelled, it is an error that the next attempt may pass; terminated, a lost connection', async () => {
  const other = await connected();
  for (const [how, type] of [
    ['pg_cancel_backend', 'TargetBusy'],
    ['pg_terminate_backend', 'SourceUnreachable'],
  ] as const) {
    const client = await connected();
    const stream = await fullStream(client);
    await other.query(`SELECT ${how}($1)`, [(client as unknown as { processID: number }).processID]);
    expect([how, await failureOf(stream)]).toEqual([how, type]);
  }
});

test('is a lost connection, wherever it is cut: before, between and within messages', async () => {
  for (const bytes of [1, 4, 5, 6, 12, 17, 23, 24, 500, 65_536, 1_000_003]) {
    const proxy = await cuttingProxy(server.port);
    const cut = new URL(url);
    cut.port = String(proxy.port);
    const client = await connected(cut.href);
    proxy.cutAfter(bytes);
    expect([bytes, await failureOf(copyOut(client, MANY_OUT))]).toEqual([bytes, 'SourceUnreachable']);
    proxy.close();
  }
});

test('a chunk of more than the connection holds is narrowed where the target refuses one of its rows', async () => {
  const table: TablePlan = {
    table: 'kept',
    source: 'common_oltp',
    sourceTable: 'kept',
    from: 'kept',
    key: [],
    columns: [
      { name: 'id', from: 'id', cast: 'bigint' },
      { name: 't', from: 't', cast: 'text' },
    ],
    rules: [],
  };
  const role = { role: 'source', name: 'common_oltp', url } as const;
  const landed = await withPostgres(role, { applicationName: 'test', fallback: 'TableFailed' }, async (target) => {
    await target.query('CREATE TABLE public.kept (id bigint CHECK (id <> 3), t text)');
    const source = await connected();
    const good = `SELECT n::bigint AS id, repeat('x', 200) AS t FROM generate_series(1, ${ROWS}) n ORDER BY n`;
    // Trusted, the source refuses its last row, behind the one that the target refuses: it is met while what is left runs dry.
    const queries = {
      count: 'SELECT 1 AS n',
      keptOut: null,
      joined: false,
      forget: 'SET LOCAL work_mem = 65536',
      good,
      trusting: good.replace('n::bigint', `(CASE WHEN n = ${ROWS} THEN 'NaN'::numeric ELSE n END)::bigint`),
      bad: null,
    };
    const reader = postgresChunkReader(role, source, { table, queries, checkedText: true });
    return transaction(source, {}, () =>
      transaction(target, {}, () => land(target, 'COPY public.kept (id, t) FROM STDIN (FORMAT binary)', reader)),
    );
  });
  expect(landed).toMatchObject({ rows: ROWS - 1, refused: [{ detail: 'kept_id_check:23514' }] });
});
