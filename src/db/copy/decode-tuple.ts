import type { CastName } from '../../plan/types.ts';

/** 2000-01-01 in microseconds since 1970: PostgreSQL counts from there. */
const EPOCH_2000 = 946_684_800_000_000n;
const INFINITY = 9_223_372_036_854_775_807n;

export interface TupleColumn {
  readonly name: string;
  readonly cast: CastName;
}

/** A binary tuple as target names to JSON values: what `rejects.row` holds. */
export function decodeTuple(tuple: Buffer, columns: readonly TupleColumn[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  let at = 2;
  for (const column of columns) {
    const length = tuple.readInt32BE(at);
    at += 4;
    row[column.name] = length === -1 ? null : decodeField(tuple.subarray(at, at + length), column.cast);
    at += Math.max(0, length);
  }
  return row;
}

function decodeField(field: Buffer, cast: CastName): unknown {
  switch (cast) {
    case 'bigint':
      return Number(field.readBigInt64BE(0));
    case 'integer':
      return field.readInt32BE(0);
    case 'smallint':
      return field.readInt16BE(0);
    case 'flag':
    case 'boolean':
      return field[0] === 1;
    case 'utc':
      return timestamp(field.readBigInt64BE(0));
    case 'date':
      return new Date((field.readInt32BE(0) + 10_957) * 86_400_000).toISOString().slice(0, 10);
    case 'jsonb':
      return JSON.parse(field.toString('utf8', 1));
    case 'numeric':
      return numeric(field);
    case 'text':
      return field.toString('utf8');
  }
}

function timestamp(microseconds: bigint): string {
  if (microseconds === INFINITY) return 'infinity';
  if (microseconds === -INFINITY - 1n) return '-infinity';
  const since1970 = microseconds + EPOCH_2000;
  const milliseconds = since1970 / 1000n - (since1970 % 1000n < 0n ? 1n : 0n);
  const micros = String(((since1970 % 1_000_000n) + 1_000_000n) % 1_000_000n).padStart(6, '0');
  return new Date(Number(milliseconds)).toISOString().replace(/\.\d+Z$/, `.${micros}Z`);
}

/** numeric_send: digit count, weight of the first digit (base 10,000), sign, display scale, digits. */
function numeric(field: Buffer): string {
  const digits = field.readInt16BE(0);
  const weight = field.readInt16BE(2);
  const sign = field.readUInt16BE(4);
  const scale = field.readInt16BE(6);
  if (sign === 0xc000) return 'NaN';
  if (sign === 0xd000 || sign === 0xf000) return sign === 0xd000 ? 'Infinity' : '-Infinity';
  const digit = (index: number) => (index >= 0 && index < digits ? field.readInt16BE(8 + 2 * index) : 0);
  let whole = '';
  for (let index = 0; index <= weight; index += 1) whole += String(digit(index)).padStart(4, '0');
  let fraction = '';
  for (let index = weight + 1; fraction.length < scale; index += 1) fraction += String(digit(index)).padStart(4, '0');
  const text = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === 0x4000 ? '-' : ''}${text}${scale > 0 ? `.${fraction.slice(0, scale)}` : ''}`;
}
