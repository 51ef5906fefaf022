/** Elements joined at a time: long arrays of short strings would cost many times their text. */
const PART = 10_000;

/** PostgreSQL's text of an array, built element by element. Elements are numbers or hex digits: they need no quotes but where empty. */
export class ArrayText {
  readonly #parts: string[] = [];
  #part: string[] = [];

  add(element: string | null): void {
    this.#part.push(element === null ? 'NULL' : element === '' ? '""' : element);
    if (this.#part.length >= PART) this.#join();
  }

  toString(): string {
    this.#join();
    return `{${this.#parts.join(',')}}`;
  }

  #join(): void {
    if (this.#part.length === 0) return;
    this.#parts.push(this.#part.join(','));
    this.#part = [];
  }
}
