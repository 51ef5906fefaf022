import type { CastName, ColumnPlan, TablePlan } from '../../plan/types.ts';
import { WIDTHS } from '../../plan/widths.ts';
import { beyondWidth } from '../copy/beyond-width.ts';
import type { TupleWriter } from '../copy/encode-tuple.ts';
import { parseDatetime } from './datetime.ts';

/** A value as MySQL's text protocol sends it, or null. */
export type TextValue = Buffer | null;

/** How one column of a MySQL row becomes a field of a binary COPY tuple. */
export interface ColumnCodec {
  /** Why this value keeps its row out, as `reason|detail`; null where it does not. */
  readonly refuse: (value: TextValue) => string | null;
  /** Writes the field; returns the reason where the value was bent to fit, else null. */
  readonly write: (value: TextValue, writer: TupleWriter) => string | null;
  /** The value as JSON, for `rejects.row`. */
  readonly toJson: (value: TextValue) => unknown;
}

/** The codecs of a table's columns, in their order. */
export function codecsOf(table: TablePlan): ColumnCodec[] {
  return table.columns.map((column) => codecFor(column, WIDTHS[table.table]?.[column.name]));
}

/** `width`: characters that the target's column takes, where it is limited. */
export function codecFor(column: ColumnPlan, width: number = Infinity): ColumnCodec {
  return { refuse: refusalOf(column, width), write: writerOf(column.cast), toJson: jsonOf(column.cast) };
}

function refusalOf(column: ColumnPlan, width: number): ColumnCodec['refuse'] {
  const range = RANGES[column.cast];
  return (value) => {
    if (value === null) return column.required === true ? `null_key|${column.name}:23502` : null;
    if (column.exact === true && value.includes(0)) return `nul_character|${column.name}:22021`;
    // Blanks that PostgreSQL would cut off: nobody would know.
    if (column.cast === 'text' && beyondWidth(value, width) === 'blanks') return `too_long|${column.name}:22001`;
    if (range === undefined) return null;
    const number = integer(value);
    if (!Number.isInteger(number) || number < range.min || number > range.max) return `invalid_value|${column.name}:22003`;
    return column.values === undefined || column.values.includes(number) ? null : `invalid_value|${column.name}:23514`;
  };
}

function writerOf(cast: CastName): ColumnCodec['write'] {
  const write = WRITERS[cast];
  if (write === undefined) throw new Error(`No codec for cast ${cast} from MySQL`);
  return (value, writer) => {
    if (value !== null) return write(value, writer);
    writer.null();
    return null;
  };
}

/** Inclusive; of whole numbers only. */
export const RANGES: Partial<Record<CastName, { readonly min: number; readonly max: number }>> = {
  bigint: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
  integer: { min: -(2 ** 31), max: 2 ** 31 - 1 },
  smallint: { min: -(2 ** 15), max: 2 ** 15 - 1 },
};

const WRITERS: Partial<Record<CastName, (value: Buffer, writer: TupleWriter) => string | null>> = {
  bigint: (value, writer) => {
    const number = integer(value);
    const high = Math.floor(number / 2 ** 32);
    writer.int64(high, number - high * 2 ** 32);
    return null;
  },
  integer: (value, writer) => {
    writer.int32(integer(value));
    return null;
  },
  smallint: (value, writer) => {
    writer.int16(integer(value));
    return null;
  },
  flag: (value, writer) => {
    const number = integer(value);
    writer.boolean(number !== 0);
    return number === 0 || number === 1 ? null : 'odd_boolean';
  },
  utc: (value, writer) => {
    const time = parseDatetime(value);
    if (time === null) {
      writer.null();
      return 'zero_date';
    }
    writer.int64(time.high, time.low);
    return null;
  },
  text: (value, writer) => {
    if (!value.includes(0)) {
      writer.bytes(value);
      return null;
    }
    writer.bytes(Buffer.from(value.filter((byte) => byte !== 0)));
    return 'nul_character';
  },
};

function jsonOf(cast: CastName): ColumnCodec['toJson'] {
  if (cast === 'text' || cast === 'utc') return (value) => value?.toString('utf8') ?? null;
  return (value) => (value === null ? null : integer(value));
}

/** A decimal column writes its fraction: `5.00` is whole. */
function integer(text: Buffer): number {
  const negative = text[0] === 0x2d;
  let value = 0;
  for (let index = negative ? 1 : 0; index < text.length; index += 1) {
    const digit = text[index]! - 48;
    if (digit < 0 || digit > 9) return Number(text.toString('latin1'));
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}
