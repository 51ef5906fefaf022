import { PLAN } from './plan.ts';
import type { CastName } from './types.ts';

/** Types of the bare table's columns, by cast. */
const TYPES: Readonly<Record<CastName, string>> = {
  bigint: 'bigint',
  integer: 'integer',
  smallint: 'smallint',
  text: 'text',
  utc: 'timestamptz',
  flag: 'boolean',
  boolean: 'boolean',
  date: 'date',
  numeric: 'numeric',
  jsonb: 'jsonb',
};

export interface CarryColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Columns of the bare tables that only rules need; constrain drops them. */
export function carryColumns(): CarryColumn[] {
  return PLAN.flatMap(({ table, columns }) =>
    columns.filter((column) => column.carry === true).map((column) => ({ table, column: column.name, type: TYPES[column.cast] })),
  );
}
