/** Says what the demo does, one line a step, with the time it took. */
export class Steps {
  readonly #begun = performance.now();

  async run<T>(what: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const result = await work();
    this.say(`${what} (${seconds(begun)})`);
    return result;
  }

  say(line: string): void {
    console.error(line);
  }

  /** Seconds since the demo began, as text. */
  total(): string {
    return seconds(this.#begun);
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
