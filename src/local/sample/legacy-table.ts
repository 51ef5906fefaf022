/**
 * The tables of schema common_oltp that carry identity data: columns as pg_dump spells them, then keys. A foreign key or unique index
 * that this environment has lost is left out, since the dirt it would forbid is there: `lost` says which.
 */
export interface LegacyTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly keys: readonly string[];
  readonly lost?: readonly string[];
}
