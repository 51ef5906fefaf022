import { SOURCE_TABLES } from '../plan/sources/catalog.ts';
import type { TablePlan } from '../plan/types.ts';

export interface OwnColumn {
  /** A table of common_oltp. */
  readonly relation: string;
  readonly column: string;
}

/** Which column of a table of common_oltp an expression of a query is; null where it is more than that, or comes out of a subquery. */
export function ownColumn({ from }: Pick<TablePlan, 'from'>, expression: string): OwnColumn | null {
  const [alias, column] = /^(\w+)\.(\w+)$/.exec(expression)?.slice(1) ?? [];
  const named = [...from.matchAll(/\{(\w+)\} (?:AS )?(\w+)\b/g)].filter((found) => found[2] === alias);
  const relation = named[0]?.[1];
  // An alias that stands twice may be another table's.
  if (column === undefined || relation === undefined || named.length > 1) return null;
  return SOURCE_TABLES.common_oltp[relation]?.[column] === undefined ? null : { relation, column };
}
