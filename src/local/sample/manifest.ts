/** What must come out of a migration of the sample, per target table, by the generator's own account of what it planted. */
export interface Manifest {
  readonly seed: number;
  readonly users: number;
  readonly tables: Readonly<Record<string, ManifestTable>>;
  /** The same counts as a list: rejected and adjusted rows, and `exact_duplicate` for merged ones. */
  readonly planted: readonly { readonly table: string; readonly reason: string; readonly rows: number }[];
}

export interface ManifestTable {
  /** Rows of the driving query. */
  readonly source: number;
  readonly loaded: number;
  readonly merged: number;
  readonly rejected: number;
  readonly adjusted: number;
  readonly reasons: Readonly<Record<string, number>>;
}

const REJECTING = new Set(['orphan', 'duplicate_key', 'null_key', 'nul_character:rejected', 'invalid_value']);

/** Counts while the sample is written. */
export class Account {
  readonly #source = new Map<string, number>();
  readonly #planted = new Map<string, number>();

  /** A row of a target table's driving query. */
  row(table: string, rows = 1): void {
    this.#source.set(table, (this.#source.get(table) ?? 0) + rows);
  }

  /** A row that a rule touches. A NUL that rejects its row is `nul_character:rejected`. */
  plant(table: string, reason: string, rows = 1): void {
    if (rows === 0) return;
    const key = `${table}|${reason}`;
    this.#planted.set(key, (this.#planted.get(key) ?? 0) + rows);
  }

  manifest(seed: number, users: number, tables: readonly string[]): Manifest {
    const entries = tables.map((table) => [table, this.#table(table)] as const);
    const planted = entries.flatMap(([table, entry]) => Object.entries(entry.reasons).map(([reason, rows]) => ({ table, reason, rows })));
    return { seed, users, tables: Object.fromEntries(entries), planted };
  }

  #table(table: string): ManifestTable {
    const mine = [...this.#planted]
      .filter(([key]) => key.startsWith(`${table}|`))
      .map(([key, rows]) => [key.split('|')[1]!, rows] as const);
    const sum = (of: (reason: string) => boolean) => mine.filter(([reason]) => of(reason)).reduce((total, [, rows]) => total + rows, 0);
    const source = this.#source.get(table) ?? 0;
    const rejected = sum((reason) => REJECTING.has(reason));
    const merged = sum((reason) => reason === 'exact_duplicate');
    const reasons: Record<string, number> = {};
    for (const [reason, rows] of mine) {
      const name = reason.replace(':rejected', '');
      reasons[name] = (reasons[name] ?? 0) + rows;
    }
    return {
      source,
      loaded: source - merged - rejected,
      merged,
      rejected,
      adjusted: sum((reason) => !REJECTING.has(reason)) - merged,
      reasons,
    };
  }
}
