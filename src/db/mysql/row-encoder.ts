import type { TablePlan } from '../../plan/types.ts';
import type { Leftovers } from '../copy/chunk-reader.ts';
import type { TupleWriter } from '../copy/encode-tuple.ts';
import type { Reject } from '../ledger/rejects.ts';
import { codecsOf, type ColumnCodec, type TextValue } from './column-codec.ts';

/** Encodes MySQL rows as tuples, keeps out those that the plan's casts refuse, and counts what it bends. */
export class RowEncoder {
  readonly #table: TablePlan;
  readonly #codecs: readonly ColumnCodec[];
  readonly #rejects: Reject[] = [];
  readonly #bent = new Map<string, number>();

  constructor(table: TablePlan) {
    this.#table = table;
    this.#codecs = codecsOf(table);
  }

  /** `row`: the plan's columns in order. */
  encode(row: readonly TextValue[], writer: TupleWriter): void {
    const codecs = this.#codecs;
    for (let index = 0; index < codecs.length; index += 1) {
      const refusal = codecs[index]!.refuse(row[index]!);
      if (refusal !== null) {
        this.#reject(row, refusal);
        return;
      }
    }
    writer.startTuple(codecs.length);
    for (let index = 0; index < codecs.length; index += 1) {
      const reason = codecs[index]!.write(row[index]!, writer);
      if (reason !== null) this.bend(index, reason);
    }
  }

  leftovers(): Leftovers {
    const adjustments = this.#table.columns.flatMap(({ name }) =>
      [...this.#bent].flatMap(([key, rows]) => {
        const [column, reason] = key.split('|') as [string, string];
        return column === name ? [{ column, reason, rows }] : [];
      }),
    );
    return { rejects: this.#rejects, adjustments };
  }

  #reject(row: readonly TextValue[], refusal: string): void {
    const [reason, detail] = refusal.split('|') as [string, string];
    const values = new Map(this.#table.columns.map((column, index) => [column.name, this.#codecs[index]!.toJson(row[index]!)]));
    this.#rejects.push({
      sourceTable: this.#table.sourceTable,
      sourceKey: Object.fromEntries(this.#table.key.map((key) => [key.column, values.get(key.target) ?? null])),
      reason,
      detail,
      row: Object.fromEntries(this.#table.columns.filter((c) => !c.secret && !c.carry).map((c) => [c.name, values.get(c.name) ?? null])),
    });
  }

  /** Counts values of a column that were bent to fit. `index`: of the plan's columns. */
  bend(index: number, reason: string, rows: number = 1): void {
    const key = `${this.#table.columns[index]!.name}|${reason}`;
    this.#bent.set(key, (this.#bent.get(key) ?? 0) + rows);
  }
}
