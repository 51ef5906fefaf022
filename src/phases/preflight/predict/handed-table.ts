import { isUtf8 } from 'node:buffer';
import { beyondWidth } from '../../../db/copy/beyond-width.ts';
import { TupleWriter } from '../../../db/copy/encode-tuple.ts';
import { codecsOf, type ColumnCodec, type TextValue } from '../../../db/mysql/column-codec.ts';
import { PLAN } from '../../../plan/plan.ts';
import type { TablePlan } from '../../../plan/types.ts';
import { JSON_TEXTS } from '../../../plan/census.ts';
import { keysLookedUp } from '../../../plan/order.ts';
import { WIDTHS } from '../../../plan/widths.ts';
import type { BinaryPieces } from '../../../sql/binary-pieces.ts';
import { foldedColumns, ruleColumns } from '../../../sql/predict/rule-columns.ts';
import type { SourceKeys } from '../../../sql/predict/source-keys.ts';
import type { HandedColumns } from '../../../sql/predict/handed-rows.ts';
import { ArrayBytes } from './array-bytes.ts';
import { TextWatch } from './text-watch.ts';

/** Folds texts as the target does, in their order. */
export type Fold = (texts: readonly string[]) => Promise<readonly string[]>;

interface RuleColumn {
  readonly at: number;
  readonly name: string;
  readonly array: ArrayBytes;
  readonly text: boolean;
  /** Texts that are to be folded by the target, before they are handed over; null for other columns. */
  readonly texts: string[] | null;
}

/** PostgreSQL takes 1 GB at once, and a worker shall run in 400 MB: some millions of narrow rows. */
const MOST_BYTES = 128 << 20;
/** Of an array's element: its length, and what a number or a date has at the most. */
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;
/** Of a text that is folded: it is a string of V8's, so is what the target makes of it, and both lie in a list. */
const FOLDED_BYTES = 64;

/**
 * What the copy's own encoder does with each row of a MySQL table, counted; and what rules read of the rows that it lets pass, kept
 * as PostgreSQL's arrays. Some tens of bytes a row, and none once they are too many: the rules of such a table are not foreseen.
 */
export class HandedTable {
  /** By `reason|column:SQLSTATE`. */
  readonly rejected = new Map<string, number>();
  readonly adjusted = new Map<string, number>();
  /** All rows so far. */
  rows = 0;
  /** Those that the rules look at. */
  #kept = 0;
  #bytes = 0;
  readonly #most: number;
  /** What was seen of the text columns, by the source column's name. */
  readonly watches: ReadonlyMap<string, TextWatch>;
  readonly #codecs: readonly ColumnCodec[];
  readonly #texts: readonly { readonly at: number; readonly name: string; readonly watch: TextWatch; readonly width: number }[];
  readonly #columns: readonly RuleColumn[];
  /** Nobody reads what is written: only the encoder's word on it counts. */
  readonly #writer = new TupleWriter(() => undefined);

  /** `most`: bytes that are kept at the most. */
  constructor(table: TablePlan, keys: SourceKeys, most: number = MOST_BYTES) {
    this.#most = most;
    const folded = foldedColumns(table);
    this.#codecs = codecsOf(table);
    this.#texts = table.columns.flatMap(({ name, from, cast }, at) => {
      const watch = new TextWatch(JSON_TEXTS.includes(`${table.sourceTable}.${from}`));
      return cast === 'text' ? [{ at, name, watch, width: WIDTHS[table.table]?.[name] ?? Infinity }] : [];
    });
    this.watches = new Map(this.#texts.map(({ at, watch }) => [table.columns[at]!.from, watch]));
    this.#columns = ruleColumns(table, keys, keysLookedUp(table.table, PLAN)).plan.map((column) => ({
      at: table.columns.indexOf(column),
      name: column.name,
      array: new ArrayBytes(column.cast),
      text: column.cast === 'text',
      texts: folded.includes(column.name) ? [] : null,
    }));
  }

  /** `row`: the plan's columns in order. */
  add(row: readonly TextValue[]): void {
    this.rows += 1;
    for (const { at, watch } of this.#texts) watch.see(row[at]!);
    for (let at = 0; at < this.#codecs.length; at += 1) {
      const refusal = this.#codecs[at]!.refuse(row[at]!);
      if (refusal !== null) return count(this.rejected, refusal);
    }
    for (let at = 0; at < this.#codecs.length; at += 1) {
      const bent = this.#codecs[at]!.write(row[at]!, this.#writer);
      if (bent !== null) count(this.adjusted, bent);
    }
    // From here on it is the target that refuses, what the encoder has bent included.
    for (const { at, name, width } of this.#texts) {
      const value = row[at]!;
      if (value === null) continue;
      if (!isUtf8(value)) return count(this.rejected, `invalid_value|${name}:22021`);
      // Blanks alone that are too many the encoder has refused.
      if (beyondWidth(value, width) === 'text') return count(this.rejected, `too_long|${name}:22001`);
    }
    if (!this.tooMany) this.#keep(row);
  }

  /** More rows than can be handed over came: nothing of them is kept, and there are no `columns`. */
  get tooMany(): boolean {
    return this.#bytes > this.#most;
  }

  #keep(row: readonly TextValue[]): void {
    this.#kept += 1;
    for (const { at, array, texts, text } of this.#columns) {
      const length = text ? (row[at]?.length ?? 0) : NUMBER_BYTES;
      this.#bytes += LENGTH_BYTES + (texts === null ? length : FOLDED_BYTES + 3 * length);
      if (texts === null) this.#codecs[at]!.write(row[at]!, array.writer);
      else texts.push(row[at]!.toString('utf8'));
    }
    if (this.tooMany) this.forget();
  }

  /** Lets go of what was kept: nobody asks for its `columns`. */
  forget(): void {
    for (const { array, texts } of this.#columns) {
      array.forget();
      texts?.splice(0);
    }
  }

  /** The rules' columns, once all rows are there. They are handed over: a second time there are none. */
  async columns(fold: Fold): Promise<HandedColumns> {
    const columns: Record<string, BinaryPieces> = {};
    for (const { name, array, texts } of this.#columns) {
      if (texts !== null) {
        const folded = await fold(texts);
        texts.splice(0);
        for (const text of folded) array.writer.bytes(Buffer.from(text, 'utf8'));
      }
      columns[name] = array.take(this.#kept);
    }
    return columns;
  }
}

function count(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}
