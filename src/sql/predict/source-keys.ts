import type { TablePlan } from '../../plan/types.ts';

/** Sets of columns in which, by a source's own word, no two rows of a table agree: by `source.table`. */
export type SourceKeys = ReadonlyMap<string, readonly (readonly string[])[]>;

/** Different numbers of a source stay different in the target; texts may be repaired into the same one. */
const NUMBERS = ['bigint', 'integer', 'smallint'];

/** Whether the source vouches that no two driving rows of a table agree in these target columns. */
export function isVouchedUnique(table: TablePlan, columns: readonly string[], keys: SourceKeys): boolean {
  const carried = table.columns.filter(({ name, cast }) => columns.includes(name) && NUMBERS.includes(cast)).map(({ from }) => from);
  const own = keys.get(`${table.source}.${table.sourceTable}`) ?? [];
  if (table.source === 'authorization_db') return own.some((key) => key.every((column) => carried.includes(column)));
  // A driving query of as many rows as its driving table has each of them once.
  const driving = /^\{(\w+)\} (\w+)$/.exec(table.countFrom ?? table.from);
  if (driving === null || driving[1] !== table.sourceTable || table.grouped === true || !table.from.startsWith(driving[0])) return false;
  return own.some((key) => key.every((column) => carried.includes(`${driving[2]}.${column}`)));
}
