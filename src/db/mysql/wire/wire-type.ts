import type { CastName } from '../../../plan/types.ts';
import { MigrationError } from '../../../failures.ts';
import type { WireField } from './driver-rows.ts';

/** How a value of the binary protocol is laid out. `text`: length and bytes. */
export const Layout = {
  int8: 0,
  uint8: 1,
  int16: 2,
  uint16: 3,
  int32: 4,
  uint32: 5,
  int64: 6,
  uint64: 7,
  datetime: 8,
  text: 9,
  date: 10,
  time: 11,
  bit: 12,
  float: 13,
  double: 14,
  none: 15,
} as const;
export type Layout = (typeof Layout)[keyof typeof Layout];

const UNSIGNED = 32;

/** Protocol::ColumnType to layout, signed. A mediumint comes in four bytes. */
const LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [0x00, Layout.text], // DECIMAL
  [0x01, Layout.int8], // TINY
  [0x02, Layout.int16], // SHORT
  [0x03, Layout.int32], // LONG
  [0x04, Layout.float],
  [0x05, Layout.double],
  [0x06, Layout.none], // NULL
  [0x07, Layout.datetime], // TIMESTAMP
  [0x08, Layout.int64], // LONGLONG
  [0x09, Layout.int32], // INT24
  [0x0a, Layout.date],
  [0x0b, Layout.time],
  [0x0c, Layout.datetime],
  [0x0d, Layout.uint16], // YEAR
  [0x0f, Layout.text], // VARCHAR
  [0x10, Layout.bit],
  [0xf5, Layout.text], // JSON
  [0xf6, Layout.text], // NEWDECIMAL
  [0xf7, Layout.text], // ENUM
  [0xf8, Layout.text], // SET
  [0xf9, Layout.text], // TINY_BLOB
  [0xfa, Layout.text], // MEDIUM_BLOB
  [0xfb, Layout.text], // LONG_BLOB
  [0xfc, Layout.text], // BLOB, TEXT
  [0xfd, Layout.text], // VAR_STRING
  [0xfe, Layout.text], // STRING: char, binary, enum, set
]);

/** Undefined where the binary path knows no such type (geometry, vector). */
export function layoutOf({ columnType, flags }: WireField): Layout | undefined {
  const layout = LAYOUTS.get(columnType);
  const whole = layout === Layout.int8 || layout === Layout.int16 || layout === Layout.int32 || layout === Layout.int64;
  return whole && (flags & UNSIGNED) !== 0 ? ((layout + 1) as Layout) : layout;
}

const isWhole = (layout: Layout) => layout <= Layout.uint64 || layout === Layout.bit;
const isMoment = (layout: Layout) => layout === Layout.datetime || layout === Layout.date;
const hasText = (layout: Layout) => layout === Layout.text || layout === Layout.none;

/**
 * The layout of a column that a cast can take. A float is refused for every cast: its text is not its value.
 * @throws MigrationError SchemaMismatch with the column's name
 */
export function readableLayout(field: WireField, cast: CastName): Layout {
  const layout = layoutOf(field);
  if (layout !== undefined && takes(cast, layout)) return layout;
  throw new MigrationError('SchemaMismatch', {
    message: `Source column ${field.name} has a type (${field.columnType}) that cannot be read as ${cast}.`,
    next: 'compare the source with the documented schema.',
  });
}

function takes(cast: CastName, layout: Layout): boolean {
  if (layout === Layout.float || layout === Layout.double) return false;
  if (cast === 'utc') return isMoment(layout) || hasText(layout);
  if (cast === 'text') return layout !== Layout.bit;
  return isWhole(layout) || hasText(layout);
}
