export type DefinitionKind = 'primary_key' | 'unique' | 'foreign_key' | 'unique_index' | 'index' | 'default';

/** A key, foreign key or index as the catalog spells it, with schema-qualified names. */
export interface Definition {
  readonly table: string;
  readonly name: string;
  readonly kind: DefinitionKind;
  /** Constraints: `pg_get_constraintdef`; indexes: `pg_get_indexdef`; defaults: the expression, `name` being the column. */
  readonly definition: string;
  /** Behind a primary key or unique constraint: its index. */
  readonly index: string | null;
  /** Foreign keys: the table they point at. */
  readonly parent: string | null;
}
