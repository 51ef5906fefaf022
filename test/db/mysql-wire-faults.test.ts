import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Connection } from 'mysql2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { translate } from '../../src/db/errors.ts';
import { eachRow } from '../../src/db/mysql/each-row.ts';
import { RowEncoder } from '../../src/db/mysql/row-encoder.ts';
import { withMysql } from '../../src/db/mysql/session.ts';
import { binaryTuples } from '../../src/db/mysql/wire/binary-tuples.ts';
import { executeRows, socketOf } from '../../src/db/mysql/wire/driver-rows.ts';
import { MigrationError } from '../../src/failures.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import type { TablePlan } from '../../src/plan/types.ts';
import { cuttingProxy } from './cutting-proxy.ts';
import { connect, hexTuples, PATHS, WireStage } from './mysql-wire-stage.ts';

const ROWS = 100_000;
const MANY = "SELECT REPEAT('x', 200) AS a FROM digits a, digits b, digits c, digits d, digits e";
const table: TablePlan = {
  table: 'many',
  source: 'authorization_db',
  sourceTable: 'digits',
  from: 'digits',
  key: [],
  columns: [{ name: 'a', from: 'a', cast: 'text' }],
  rules: [],
};

describe.each(mysqlFamilies())('a result that is interrupted, from $family', (family) => {
  let stage: WireStage;

  beforeAll(async () => {
    stage = await WireStage.open(family, { users: 0 });
    await stage.writing.query('CREATE TABLE digits (n int)');
    await stage.writing.query('INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)');
  });
  afterAll(() => stage?.close());

  const tuplesOf = (connection: Connection) => binaryTuples(connection, MANY, table, new RowEncoder(table));

  /** Lets the result come until nobody takes it. */
  async function fullStream(): Promise<{ connection: Connection; stream: Readable }> {
    const connection = await stage.connect();
    const stream = tuplesOf(connection);
    stream.read(0);
    await waitUntil(
      async () => {
        if (!socketOf(connection).isPaused()) throw new Error('The socket is not paused.');
      },
      { forMs: 30_000, everyMs: 5 },
    );
    return { connection, stream };
  }

  const typeOf = async (stream: Readable) => {
    const error: unknown = await hexTuples(stream).then(
      () => new Error('It ended as if it were whole.'),
      (reason: unknown) => reason,
    );
    const failure = translate(error, { role: 'source', name: 'authorization_db', url: stage.server.url() }, 'TableFailed');
    return failure.type;
  };

  test('waits for a slow taker, with little in memory, and then comes whole', async () => {
    const { connection, stream } = await fullStream();
    expect(stream.readableLength).toBeLessThan(2 << 20);
    expect(await hexTuples(stream)).toHaveLength(ROWS);
    // The connection serves the next query.
    expect(await hexTuples(tuplesOf(connection))).toHaveLength(ROWS);
    connection.destroy();
  });

  test.each(['binary', 'text'] as const)(
    'is thrown away, when it is abandoned, and leaves the connection to the next (%s)',
    async (path) => {
      const connection = await stage.connect();
      const stream = PATHS[path](connection, MANY, table, new RowEncoder(table));
      await new Promise((resolve) => stream.once('readable', resolve));
      stream.destroy();
      expect(await hexTuples(PATHS[path](connection, MANY, table, new RowEncoder(table)))).toHaveLength(ROWS);
      connection.destroy();
    },
  );

  test('takes its connection along, when the session is over', async () => {
    const server = { role: 'source', name: 'authorization_db', url: stage.server.url('root') } as const;
    let socket: Socket | null = null;
    const refused = withMysql(server, { fallback: 'TableFailed' }, async (connection) => {
      socket = socketOf(connection);
      tuplesOf(connection)
        .on('error', () => {})
        .read(0);
      throw new MigrationError('TableFailed', { message: 'planted' });
    });
    await expect(refused).rejects.toThrow('planted');
    expect(socket!.destroyed).toBe(true);
  });

  test('is an error of the server, where its query is killed after rows', async () => {
    const { connection, stream } = await fullStream();
    await stage.writing.query(`KILL QUERY ${connection.threadId}`);
    expect(await typeOf(stream)).toBe('TargetBusy');
    connection.destroy();
  });

  test('is a lost connection, where its session is killed', async () => {
    const { connection, stream } = await fullStream();
    await stage.writing.query(`KILL CONNECTION ${connection.threadId}`);
    expect(['SourceUnreachable', 'TargetBusy']).toContain(await typeOf(stream));
    connection.destroy();
  });

  const failureOf = (reading: Promise<unknown>) =>
    reading.then(
      () => 'It ended as if it were whole.',
      (error: unknown) => translate(error, { role: 'source', name: 'authorization_db', url: stage.server.url() }, 'TableFailed').type,
    );
  const WAYS = {
    binary: (connection: Connection) => failureOf(hexTuples(PATHS.binary(connection, MANY, table, new RowEncoder(table)))),
    text: (connection: Connection) => failureOf(hexTuples(PATHS.text(connection, MANY, table, new RowEncoder(table)))),
    'row by row': (connection: Connection) => failureOf(eachRow(connection, MANY, () => {})),
  };

  test.each(Object.keys(WAYS) as (keyof typeof WAYS)[])(
    'is a lost connection, wherever it is cut: before, between and within packets (%s)',
    async (way) => {
      for (const bytes of [1, 4, 60, 90, 94, 95, 500, 65_536, 1_000_003, 20_000_000]) {
        const proxy = await cuttingProxy(stage.server.port);
        const url = new URL(stage.server.url('root'));
        url.port = String(proxy.port);
        const connection = await connect(url.href);
        connection.on('error', () => {});
        proxy.cutAfter(bytes);
        expect([bytes, await WAYS[way](connection)]).toEqual([bytes, 'SourceUnreachable']);
        // What comes after the loss is told too.
        expect([bytes, await WAYS[way](connection)]).toEqual([bytes, 'SourceUnreachable']);
        connection.destroy();
        proxy.close();
      }
    },
  );

  test('what the binary path relies on in the driver holds', async () => {
    const { version } = JSON.parse(readFileSync('node_modules/mysql2/package.json', 'utf8')) as { version: string };
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
    expect(dependencies['mysql2'], 'mysql2 is pinned to the version that these tests passed with').toBe(version);
    const connection = await stage.connect();
    expect(socketOf(connection)).toBeInstanceOf(Socket);
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      executeRows(connection, "SELECT 7 AS n, NULL AS z, 'é' AS t UNION ALL SELECT 8, NULL, 'e'", {
        fields: (fields) => seen.push(fields.map((field) => `${field.name}:${typeof field.columnType}:${typeof field.flags}`).join()),
        row: (buffer, start, end) => seen.push(`${buffer[start]} ${end - start > 3}`),
        done: (error) => (error === null ? resolve() : reject(error)),
      });
    });
    expect(seen).toEqual(['n:number:number,z:number:number,t:number:number', '0 true', '0 true']);
    connection.destroy();
  });
});
