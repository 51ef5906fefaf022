/** Sessions that are lent out, each to one at a time and in the order of asking. Once a work has failed, no other begins. */
export class FreeSessions<S> {
  readonly #free: S[];
  readonly #waiting: ((session: S) => void)[] = [];
  #failure: { readonly reason: unknown } | null = null;

  constructor(sessions: readonly S[]) {
    this.#free = [...sessions];
  }

  /** Throws what `work` throws, or what another's threw before it began. */
  async lend<T>(work: (session: S) => Promise<T>): Promise<T> {
    const session = this.#free.shift() ?? (await new Promise<S>((resolve) => this.#waiting.push(resolve)));
    try {
      if (this.#failure !== null) throw this.#failure.reason;
      return await work(session);
    } catch (error) {
      this.#failure ??= { reason: error };
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(session);
      else next(session);
    }
  }
}
