/** One row that is not the same on both sides, by its key: no value of a column that the plan fills is in it. */
export interface Difference {
  readonly kind: 'differs' | 'missing' | 'extra';
  /** Key columns and their values as text; where the target has no key, the row's ids. */
  readonly key: Readonly<Record<string, string | null>>;
  /** The columns that differ; empty for a row that is missing or extra. */
  readonly columns: readonly string[];
}

export interface Findings {
  /** All rows at fault, of which `differences` names the first. */
  readonly rows: number;
  readonly differences: readonly Difference[];
}
