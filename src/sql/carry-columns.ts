import { TARGET_TYPES } from './casts.ts';
import { PLAN } from '../plan/plan.ts';

export interface CarryColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Columns of the bare tables that only rules need; constrain drops them. */
export function carryColumns(): CarryColumn[] {
  return PLAN.flatMap(({ table, columns }) =>
    columns.filter((column) => column.carry === true).map((column) => ({ table, column: column.name, type: TARGET_TYPES[column.cast] })),
  );
}
