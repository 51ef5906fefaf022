import type { CastName, TablePlan } from '../../../plan/types.ts';
import { WIDTHS } from '../../../plan/widths.ts';
import type { WireField } from './driver-rows.ts';
import { Layout, readableLayout } from './wire-type.ts';

/** What the fast path writes for a value. */
export const Write = { bigint: 0, integer: 1, smallint: 2, flag: 3, utc: 4, text: 5 } as const;
export type Write = (typeof Write)[keyof typeof Write];

/** The fast path keeps a bit for each column in a 32-bit number. */
const MOST_FAST = 31;

const WRITES: Partial<Record<CastName, Write>> = {
  bigint: Write.bigint,
  integer: Write.integer,
  smallint: Write.smallint,
  flag: Write.flag,
  utc: Write.utc,
  text: Write.text,
};

/** The columns of a result, each property a list in the plan's order: so that the loop over a row's columns looks up numbers only. */
export interface FastColumns {
  readonly fields: readonly WireField[];
  readonly layouts: readonly Layout[];
  readonly writes: readonly Write[];
  readonly required: readonly boolean[];
  readonly values: readonly (readonly number[] | undefined)[];
  /** Characters that the target's column takes: infinite where it is not limited. */
  readonly widths: readonly number[];
  /** Every column's layout and cast are a pair that the fast path has. */
  readonly allFast: boolean;
}

/** @throws MigrationError SchemaMismatch naming the first column that its cast cannot take */
export function fastColumns(table: TablePlan, fields: readonly WireField[]): FastColumns {
  if (fields.length !== table.columns.length) {
    throw new Error(`${table.table}: the result has ${fields.length} columns, the plan ${table.columns.length}.`);
  }
  const layouts = table.columns.map((column, index) => readableLayout(fields[index]!, column.cast));
  const writes = table.columns.map(({ cast }) => {
    const write = WRITES[cast];
    if (write === undefined) throw new Error(`No decoder for cast ${cast} from MySQL`);
    return write;
  });
  return {
    fields,
    layouts,
    writes,
    required: table.columns.map((column) => column.required === true),
    values: table.columns.map((column) => column.values),
    widths: table.columns.map(({ name }) => WIDTHS[table.table]?.[name] ?? Infinity),
    allFast: layouts.length <= MOST_FAST && layouts.every((layout, index) => isFast(layout, writes[index]!)),
  };
}

function isFast(layout: Layout, write: Write): boolean {
  if (layout === Layout.none) return true;
  if (write === Write.text) return layout === Layout.text;
  if (write === Write.utc) return layout === Layout.datetime || layout === Layout.date;
  return layout <= Layout.uint64;
}
