import fc from 'fast-check';
import type { CastName, ColumnPlan, TablePlan } from '../../src/plan/types.ts';

interface TypedColumn {
  readonly type: string;
  readonly value: fc.Arbitrary<unknown>;
  readonly casts: readonly CastName[];
}

const whole = (bits: number, signed: boolean): fc.Arbitrary<bigint> => {
  const [min, max] = signed ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n];
  return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n, 1n), fc.bigInt({ min: 0n, max: 300n > max ? max : 300n }));
};
const NUMBERS = ['bigint', 'integer', 'smallint', 'flag', 'text'] as const;
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ maxLength: 60 }),
  fc.constantFrom('', '\t\n\\N', '\\.', "o'neil", '😀'.repeat(15), 'a\u0000b', 'x'.repeat(39), 'x'.repeat(40), 'x'.repeat(255)),
);
const pad = (n: number, width = 2) => String(n).padStart(width, '0');
const date = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 28 }))
    .map(([y, m, d]) => `${pad(y, 4)}-${pad(m)}-${pad(d)}`),
  fc.constantFrom('0000-00-00', '2020-00-15', '2020-01-00', '2000-02-29', '0001-01-01', '9999-12-31', '1999-12-31'),
);
const clock = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 999_999 }),
  )
  .map(([h, m, s, f]) => `${pad(h)}:${pad(m)}:${pad(s)}.${pad(f, 6)}`);
const moment = fc.oneof(
  fc.tuple(date, clock).map(([d, c]) => `${d} ${c}`),
  date.map((d) => `${d} 00:00:00`),
  date.map((d) => `${d} 23:59:59`),
);
const stamp = fc.oneof(
  fc
    .date({ min: new Date('1970-01-02T00:00:00Z'), max: new Date('2037-12-31T00:00:00Z'), noInvalidDate: true })
    .map((d) => d.toISOString().slice(0, 23).replace('T', ' ')),
  fc.constant('0000-00-00 00:00:00'),
);
const span = fc
  .tuple(
    fc.boolean(),
    fc.integer({ min: 0, max: 838 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 999_999 }),
  )
  .map(([minus, h, m, s, f]) => `${minus ? '-' : ''}${pad(h)}:${pad(m)}:${pad(s)}.${pad(f, 6)}`);
const bytes = fc.uint8Array({ maxLength: 50 }).map((value) => Buffer.from(value));

/** Every type that MySQL and MariaDB have in common and the binary path reads, each with the casts that may take it. */
export const TYPED: Readonly<Record<string, TypedColumn>> = {
  tiny: { type: 'tinyint', value: whole(8, true), casts: NUMBERS },
  tiny_u: { type: 'tinyint unsigned', value: whole(8, false), casts: NUMBERS },
  bool: { type: 'tinyint(1)', value: fc.integer({ min: -1, max: 2 }), casts: NUMBERS },
  small: { type: 'smallint', value: whole(16, true), casts: NUMBERS },
  small_u: { type: 'smallint unsigned', value: whole(16, false), casts: NUMBERS },
  medium: { type: 'mediumint', value: whole(24, true), casts: NUMBERS },
  medium_u: { type: 'mediumint unsigned', value: whole(24, false), casts: NUMBERS },
  int: { type: 'int', value: whole(32, true), casts: NUMBERS },
  int_u: { type: 'int unsigned', value: whole(32, false), casts: NUMBERS },
  int_filled: { type: 'int(7) unsigned zerofill', value: whole(32, false), casts: NUMBERS },
  big: { type: 'bigint', value: whole(64, true), casts: NUMBERS },
  big_u: { type: 'bigint unsigned', value: whole(64, false), casts: NUMBERS },
  bits: { type: 'bit(11)', value: fc.integer({ min: 0, max: 2047 }), casts: ['bigint', 'integer', 'smallint', 'flag'] },
  bits_64: { type: 'bit(64)', value: whole(64, false), casts: ['bigint', 'integer', 'smallint', 'flag'] },
  decimal_0: { type: 'decimal(10,0)', value: whole(33, true), casts: NUMBERS },
  decimal_4: { type: 'decimal(30,4)', value: fc.oneof(fc.integer(), fc.double({ min: -1e9, max: 1e9, noNaN: true })), casts: NUMBERS },
  year: { type: 'year', value: fc.oneof(fc.constant(0), fc.integer({ min: 1901, max: 2155 })), casts: NUMBERS },
  char: { type: 'char(60) CHARACTER SET utf8mb4', value: text.filter((t) => t.length <= 60), casts: ['text'] },
  varchar: { type: 'varchar(255) CHARACTER SET utf8mb4', value: text, casts: ['text'] },
  latin: { type: 'varchar(255) CHARACTER SET latin1', value: text, casts: ['text'] },
  utf16: { type: 'varchar(255) CHARACTER SET utf16', value: text, casts: ['text'] },
  text: {
    type: 'text CHARACTER SET utf8mb4',
    value: fc.oneof(
      text,
      fc.nat({ max: 400 }).map((n) => 'é'.repeat(n)),
    ),
    casts: ['text'],
  },
  tinytext: { type: 'tinytext CHARACTER SET utf8mb3', value: text, casts: ['text'] },
  mediumtext: { type: 'mediumtext CHARACTER SET utf8mb4', value: fc.oneof(text, fc.constant('y'.repeat(300))), casts: ['text'] },
  longtext: { type: 'longtext CHARACTER SET utf8mb4', value: text, casts: ['text'] },
  binary: { type: 'binary(12)', value: bytes.map((b) => b.subarray(0, 12)), casts: ['text'] },
  varbinary: { type: 'varbinary(60)', value: bytes, casts: ['text'] },
  blob: { type: 'blob', value: bytes, casts: ['text'] },
  enum: { type: "enum('a','b','','é') CHARACTER SET utf8mb4", value: fc.constantFrom('a', 'b', '', 'é'), casts: ['text'] },
  set: { type: "set('x','y','z')", value: fc.subarray(['x', 'y', 'z']).map((all) => all.join(',')), casts: ['text'] },
  json: { type: 'json', value: fc.json({ maxDepth: 2 }), casts: ['text'] },
  date: { type: 'date', value: date, casts: ['utc', 'text'] },
  datetime: { type: 'datetime', value: moment, casts: ['utc', 'text'] },
  datetime_3: { type: 'datetime(3)', value: moment, casts: ['utc', 'text'] },
  datetime_6: { type: 'datetime(6)', value: moment, casts: ['utc', 'text'] },
  timestamp: { type: 'timestamp', value: stamp, casts: ['utc', 'text'] },
  timestamp_6: { type: 'timestamp(6)', value: stamp, casts: ['utc', 'text'] },
  time: { type: 'time', value: span, casts: ['text'] },
  time_6: { type: 'time(6)', value: span, casts: ['text'] },
};

export const CREATE = `CREATE TABLE wire (row_id int PRIMARY KEY, ${Object.entries(TYPED)
  .map(([name, { type }]) => `\`${name}\` ${type} NULL DEFAULT NULL`)
  .join(', ')}) CHARACTER SET utf8mb4`;

/** Values of one row, in the order of TYPED; about every fifth is null. */
export const anyRow: fc.Arbitrary<unknown[]> = fc
  .tuple(...Object.values(TYPED).map(({ value }) => fc.option(value, { freq: 5 })))
  .map((row) => row.map((value) => (typeof value === 'bigint' ? String(value) : value)));

function planOf(name: string, columns: readonly ColumnPlan[]): TablePlan {
  const key = [{ column: 'row_id', from: 'row_id', type: 'numeric', target: 'row_id' }] as const;
  const rowId = { name: 'row_id', from: 'row_id', cast: 'bigint', required: true } as const;
  return { table: name, source: 'authorization_db', sourceTable: 'wire', from: 'wire', key, columns: [rowId, ...columns], rules: [] };
}

const bare = (name: string, cast: CastName): ColumnPlan => ({ name, from: name, cast });

/** One plan for each column and cast; and rows of several columns, as tables have them. */
export const PLANS: readonly TablePlan[] = [
  ...Object.entries(TYPED).flatMap(([name, { casts }]) => casts.map((cast) => planOf(`${name} as ${cast}`, [bare(name, cast)]))),
  planOf('all that the fast way takes', [
    ...['tiny', 'tiny_u', 'small', 'small_u', 'medium', 'medium_u', 'int', 'int_u'].map((name) => bare(name, 'bigint')),
    ...['char', 'varchar', 'latin', 'text', 'mediumtext', 'enum'].map((name) => bare(name, 'text')),
    ...['date', 'datetime', 'datetime_6', 'timestamp_6'].map((name) => bare(name, 'utc')),
  ]),
  planOf(
    'more columns than the fast way takes',
    Object.keys(TYPED).map((name) => bare(name, TYPED[name]!.casts[0]!)),
  ),
  planOf('what refuses', [
    { name: 'tiny_u', from: 'tiny_u', cast: 'smallint', required: true },
    { name: 'bool', from: 'bool', cast: 'smallint', values: [1, 2] },
    { name: 'varchar', from: 'varchar', cast: 'text', exact: true, secret: true },
    { name: 'datetime', from: 'datetime', cast: 'utc', required: true },
    { name: 'tiny', from: 'tiny', cast: 'flag' },
    { name: 'date', from: 'date', cast: 'utc' },
  ]),
];
