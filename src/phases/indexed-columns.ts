/** The plain columns of an index by its definition, in order; none where it is over expressions. */
export function indexedColumns(definition: string): readonly string[] {
  return / USING btree \(([^()]*)\)$/.exec(definition)?.[1]?.split(', ') ?? [];
}
