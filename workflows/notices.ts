/** As continue-as-new carries it. */
export interface ToldSoFar {
  readonly headline: string | null;
  readonly latest: readonly string[];
}

const MAX_LATEST = 8;

/** What the operator is told: one headline that stays, and the latest of all else. Pure state. */
export class Notices {
  #headline: string | null = null;
  #latest: string[] = [];

  get lines(): readonly string[] {
    return this.#headline === null ? [...this.#latest] : [this.#headline, ...this.#latest];
  }

  get told(): ToldSoFar {
    return { headline: this.#headline, latest: this.#latest };
  }

  /** The first line, whatever was told before or is told after. */
  head(text: string): void {
    this.#headline = text;
  }

  /** The same line twice running is told once. */
  add(text: string): void {
    if (this.#latest.at(-1) !== text) this.#latest.push(text);
    if (this.#latest.length > MAX_LATEST) this.#latest.shift();
  }

  /** In a fresh history: what the one before told comes before what this one has told already. */
  carryOn({ headline, latest }: ToldSoFar): void {
    this.#headline ??= headline;
    const since = this.#latest;
    this.#latest = [];
    for (const text of [...latest, ...since]) this.add(text);
  }
}
