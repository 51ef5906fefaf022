import type { Connection } from 'mysql2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TupleWriter } from '../../src/db/copy/encode-tuple.ts';
import { codecFor } from '../../src/db/mysql/column-codec.ts';
import { RowEncoder } from '../../src/db/mysql/row-encoder.ts';
import { executeRows, type WireField } from '../../src/db/mysql/wire/driver-rows.ts';
import { fastColumns } from '../../src/db/mysql/wire/fast-columns.ts';
import { RowDecoder } from '../../src/db/mysql/wire/row-decoder.ts';
import { tablePlan } from '../../src/plan/plan.ts';
import type { CastName, TablePlan } from '../../src/plan/types.ts';

const INT = 0x03;
const DATETIME = 0x0c;
const VARCHAR = 0xfd;
const field = (name: string, columnType: number): WireField => ({ name, columnType, flags: 0, columnLength: 0, decimals: 0 });
const fields = [field('id', INT), field('name', VARCHAR), field('at', DATETIME)];

function planOf(casts: readonly CastName[]): TablePlan {
  const columns = casts.map((cast, index) => ({ name: fields[index]!.name, from: fields[index]!.name, cast }));
  return { table: 't', source: 'authorization_db', sourceTable: 't', from: 't', key: [], columns, rules: [] };
}

function decoder(casts: readonly CastName[]): { decode: RowDecoder['decode']; writer: TupleWriter } {
  const table = planOf(casts);
  const writer = new TupleWriter(() => {});
  const rows = new RowDecoder(fastColumns(table, fields), new RowEncoder(table), writer);
  return { decode: (...row) => rows.decode(...row), writer };
}

const TORN = /does not end where its packet does|out of range|outside buffer bounds/;
/** 7, 'name', 2020-02-29 01:02:03.000004 */
const ROW = Buffer.from([0, 0, 7, 0, 0, 0, 4, ...Buffer.from('name'), 11, 0xe4, 7, 2, 29, 1, 2, 3, 4, 0, 0, 0]);

describe('a row of the binary protocol', () => {
  it('is one tuple', () => {
    const { decode, writer } = decoder(['bigint', 'text', 'utc']);
    decode(ROW, 0, ROW.length);
    const microseconds = BigInt(Date.UTC(2020, 1, 29, 1, 2, 3) - Date.UTC(2000, 0, 1)) * 1000n + 4n;
    const at = Buffer.alloc(8);
    at.writeBigInt64BE(microseconds);
    const tuple = Buffer.concat([
      Buffer.from([0, 3, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 4]),
      Buffer.from('name'),
      Buffer.from([0, 0, 0, 8]),
      at,
    ]);
    expect(writer.buffer.subarray(0, writer.at)).toEqual(tuple);
  });

  it.each([[['bigint', 'text', 'utc']], [['bigint', 'text', 'text']]] as const)(
    'of %s that is cut short, or goes on, is an error and writes nothing',
    (casts) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: ROW.length - 1 }), fc.uint8Array({ maxLength: 30 }), (length, after) => {
          const { decode, writer } = decoder(casts);
          const bytes = Buffer.concat([ROW.subarray(0, length), after]);
          expect(() => decode(bytes, 0, length)).toThrow(TORN);
          expect(() => decode(Buffer.concat([ROW, after, Buffer.alloc(1)]), 0, ROW.length + after.length + 1)).toThrow(TORN);
          expect(writer.at).toBe(0);
        }),
      );
    },
  );

  it('is kept out where blanks alone are too many for the target, which would cut them off without a word', () => {
    const table = tablePlan('clients');
    const widths = fastColumns(
      table,
      table.columns.map(({ name }) => field(name, VARCHAR)),
    ).widths;
    expect(widths[table.columns.findIndex(({ name }) => name === 'name')]).toBe(255);
    const refuse = (text: string) => codecFor({ name: 'name', from: 'name', cast: 'text' }, 3).refuse(Buffer.from(text));
    expect(['abc', 'äöü', 'abc ', 'äöü  ', 'ab  ', 'abcd', 'abc d', 'ab\0c'].map(refuse)).toEqual([
      ...[null, null, 'too_long|name:22001', 'too_long|name:22001', 'too_long|name:22001', null, null, null],
    ]);
  });

  it('is refused where its columns are not those of the plan', () => {
    expect(() => fastColumns(planOf(['bigint', 'text']), fields)).toThrow('3 columns, the plan 2');
    expect(() => fastColumns(planOf(['utc', 'text', 'utc']), fields)).toThrow('Source column id has a type (3) that cannot be read as utc');
  });
});

describe('a driver that', () => {
  const refusing = (rows: readonly unknown[]) =>
    new Promise<Error | null>((resolve) => {
      // What executeRows sees of a driver whose command is not handed the packets any more.
      const connection = {
        on: () => {},
        off: () => {},
        execute: (_options: unknown, done: (error: null, rows: readonly unknown[]) => void) => {
          queueMicrotask(() => done(null, rows));
          return { on: () => {}, execute: () => true };
        },
      };
      executeRows(connection as unknown as Connection, 'SELECT 1', { fields: () => {}, row: () => {}, done: resolve });
    });

  it('keeps the rows for itself is found out', async () => {
    expect((await refusing([[1]]))?.message).toContain('COPY_PATH');
  });

  it('has none has none', async () => {
    expect(await refusing([])).toBeNull();
  });
});
