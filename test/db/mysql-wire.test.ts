import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import type { Connection } from 'mysql2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COPY_HEADER, COPY_TRAILER } from '../../src/db/copy/tuple-hash.ts';
import { RowEncoder } from '../../src/db/mysql/row-encoder.ts';
import { binaryTuples } from '../../src/db/mysql/wire/binary-tuples.ts';
import { executeRows, type WireField } from '../../src/db/mysql/wire/driver-rows.ts';
import { layoutOf } from '../../src/db/mysql/wire/wire-type.ts';
import { readWireText } from '../../src/db/mysql/wire/wire-text.ts';
import { queryMysql } from '../../src/db/mysql/session.ts';
import { spreadChunks } from '../../src/phases/spread-chunks.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { PLAN } from '../../src/plan/plan.ts';
import type { TablePlan } from '../../src/plan/types.ts';
import { mysqlDrivingQueries } from '../../src/sql/driving-query.ts';
import { keyRange } from '../../src/sql/range.ts';
import { WireStage } from './mysql-wire-stage.ts';
import { anyRow, CREATE, PLANS, TYPED } from './mysql-wire-types.ts';

const WHOLE = { lower: null, upper: null };
const HERE = { absent: [] };
const TABLES = PLAN.filter((table) => table.source === 'authorization_db');

describe.each(mysqlFamilies())('rows from $family', (family) => {
  let stage: WireStage;

  beforeAll(async () => {
    stage = await WireStage.open(family);
    await stage.writing.query(CREATE);
  });
  afterAll(() => stage?.close());

  async function expectAlike(table: TablePlan, select: string): Promise<void> {
    const text = await stage.read('text', table, select);
    const binary = await stage.read('binary', table, select);
    expect(binary, table.table).toEqual(text);
  }

  async function fill(rows: readonly unknown[][]): Promise<void> {
    await stage.writing.query('DELETE FROM wire');
    if (rows.length === 0) return;
    await stage.writing.query('INSERT INTO wire VALUES ?', [rows.map((row, index) => [index + 1, ...row])]);
  }

  test.each(TABLES.map((table) => [table.table, table] as const))(
    '%s of the sample: both paths give the same bytes',
    async (_name, table) => {
      const { select } = mysqlDrivingQueries(table, WHOLE, HERE);
      const { tuples } = await stage.read('binary', table, select);
      expect(tuples.length).toBeGreaterThan(0);
      await expectAlike(table, select);
    },
  );

  test('of what is absent: both paths give the same bytes', async () => {
    for (const table of TABLES) {
      const [column] = table.columns.filter((candidate) => candidate.required !== true);
      await expectAlike(table, mysqlDrivingQueries(table, WHOLE, { absent: [table.from] }).select);
      await expectAlike(
        table,
        mysqlDrivingQueries(table, WHOLE, { absent: [`${table.from}.${column!.from}`, 'role_assignment.subject_type'] }).select,
      );
    }
  });

  test('of every type and cast, whatever they hold: both paths give the same bytes, keep out the same rows and count alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 40 }), async (rows) => {
        await fill(rows);
        for (const table of PLANS) await expectAlike(table, mysqlDrivingQueries(table, WHOLE, HERE).select);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });

  test("of every type: a value's text is the one that the server itself writes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 40 }), async (rows) => {
        await fill(rows);
        expect(await wireTexts(stage.reading, 'SELECT * FROM wire ORDER BY row_id')).toEqual(
          await serverTexts(stage.reading, 'SELECT * FROM wire ORDER BY row_id'),
        );
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  test('a row of more than 16 MiB comes whole, whatever its length is to the packet', async () => {
    const table: TablePlan = { ...PLANS[0]!, columns: [{ name: 'a', from: 'a', cast: 'text' }] };
    for (const length of [0xffffff - 6, 0xffffff - 5, 2 * 0xffffff - 6, 35_000_000]) {
      const bytes = await buffer(binaryTuples(stage.reading, `SELECT REPEAT('x', ${length}) AS a`, table, new RowEncoder(table)));
      expect(bytes.length).toBe(COPY_HEADER.length + 2 + 4 + length + COPY_TRAILER.length);
      expect(bytes.subarray(COPY_HEADER.length + 6, -COPY_TRAILER.length).equals(Buffer.alloc(length, 'x'))).toBe(true);
    }
  });

  test('a key with a wide gap is cut into chunks by what the server thinks of its ranges; without an index it is not', async () => {
    const table: TablePlan = { ...PLANS[0]!, from: 'spread', sourceTable: 'spread' };
    const walk = 'WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199)';
    await stage.writing.query('CREATE TABLE spread (row_id int NOT NULL)');
    await stage.writing.query(`INSERT INTO spread ${walk} SELECT a.i * 200 + b.i + IF(a.i < 100, 0, 1900000000) FROM n a, n b`);
    const ask = (sql: string) => queryMysql<Record<string, unknown>>(stage.reading, sql);
    const plan = { table, rows: 40_000, chunkRows: 4000, context: HERE };
    expect(await spreadChunks(plan, ask)).toBeNull();
    await stage.writing.query('ALTER TABLE spread ADD PRIMARY KEY (row_id)');
    const uppers = (await spreadChunks(plan, ask))!;
    const sizes: number[] = [];
    for (const [index, upper] of [...uppers, null].entries()) {
      const bounds = { lower: index === 0 ? null : [uppers[index - 1]!], upper: upper === null ? null : [upper] };
      const [found] = await ask(`SELECT COUNT(*) AS n FROM spread WHERE ${keyRange('authorization_db', table.key, bounds)}`);
      sizes.push(Number(found!['n']));
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(40_000);
    // The estimates are rough: what matters is that no chunk is the table.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(12_000);
    expect(sizes.length).toBeLessThanOrEqual(30);
  });

  test.each(['double', 'float', 'point'])('a %s column is refused by its name', async (type) => {
    const table: TablePlan = { ...PLANS[0]!, columns: [{ name: 'a', from: 'odd_column', cast: 'bigint' }] };
    await stage.writing.query('DROP TABLE IF EXISTS odd_type');
    await stage.writing.query(`CREATE TABLE odd_type (odd_column ${type})`);
    const own = await stage.connect();
    await expect(stage.read('binary', table, 'SELECT odd_column FROM odd_type', own)).rejects.toThrow(
      /odd_column has a type .* cannot be read/,
    );
  });
});

/** Each value of a statement's rows by our reader, null for null. */
function wireTexts(connection: Connection, sql: string): Promise<(string | null)[][]> {
  return new Promise((resolve, reject) => {
    let columns: readonly WireField[] = [];
    const rows: (string | null)[][] = [];
    executeRows(connection, sql, {
      fields: (fields) => (columns = fields),
      row: (bytes, start, end) => {
        let at = start + 1 + ((columns.length + 9) >> 3);
        const row = columns.map((field, index) => {
          const bit = index + 2;
          if ((bytes[start + 1 + (bit >> 3)]! & (1 << (bit & 7))) !== 0) return null;
          const { text, next } = readWireText(layoutOf(field)!, field, bytes, at);
          at = next;
          return text.toString('hex');
        });
        expect(at).toBe(end);
        rows.push(row);
      },
      done: (error) => (error === null ? resolve(rows) : reject(error)),
    });
  });
}

/** The same by mysql2's own decoder of the text protocol; a bit field comes as its bytes there. */
function serverTexts(connection: Connection, sql: string): Promise<(string | null)[][]> {
  const bits = new Set(Object.entries(TYPED).flatMap(([name, { type }]) => (type.startsWith('bit') ? [name] : [])));
  return new Promise((resolve, reject) => {
    connection.query(
      {
        sql,
        rowsAsArray: true,
        typeCast: (field: { name: string; buffer(): Buffer | null }) => {
          const value = field.buffer();
          if (value === null || !bits.has(field.name)) return value?.toString('hex') ?? null;
          return Buffer.from(String(BigInt(`0x${value.toString('hex')}`))).toString('hex');
        },
      },
      (error, rows) => (error ? reject(error) : resolve(rows as unknown as (string | null)[][])),
    );
  });
}
