/** The values of one statement, numbered as they are added. */
export class Parameters {
  readonly values: unknown[] = [];

  /** The placeholder of a value: `$3`. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
