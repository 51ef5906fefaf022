import type { TablePlan } from '../plan/types.ts';
import { keyEndsQuery, keyStatisticsQuery, rangeEstimateQuery } from '../sql/key-spread.ts';
import type { SourceContext } from '../sql/relation.ts';
import type { Ask } from './ask-source.ts';

export interface Spread {
  readonly table: TablePlan;
  /** Rows of the table, and about how many a chunk should have. */
  readonly rows: number;
  readonly chunkRows: number;
  readonly context: SourceContext;
}

/** A chunk may have so many times the rows that were asked for before its range is divided: the server's estimates are rough. */
const TOLERANCE = 2;
/** Rounds of dividing a range: beyond it, estimate and keys contradict each other. */
const MOST_ROUNDS = 12;

interface Range {
  /** Exclusive. */
  readonly lower: number;
  /** Inclusive. */
  readonly upper: number;
  /** Estimated. */
  readonly rows: number;
}

/** Statistics of a table that has other rows now by so much are no measure of where they lie. */
const STALE = 0.1;

/**
 * Upper bounds (all but the last chunk's) that divide a table by the values of its key instead of by its rows: equal parts of the key's
 * range, divided again where the server says that they hold too many rows, and joined where they hold few. Walking the keys reads the
 * whole of InnoDB's clustered index, a fifth of the time of the copy, and a tenth of it in PostgreSQL; this asks one question for each
 * chunk. Null where it cannot be done: the key is no single whole number, or the server does not know how its values lie.
 */
export async function spreadChunks({ table, rows, chunkRows, context }: Spread, ask: Ask): Promise<number[] | null> {
  if (table.key.length !== 1 || table.key[0]!.type !== 'numeric') return null;
  if (table.source === 'common_oltp' && !(await knowsSpread(table, rows, context, ask))) return null;
  const [ends] = await ask(keyEndsQuery(table, context));
  const low = ends?.['low'];
  const high = ends?.['high'];
  if (!isWhole(low) || !isWhole(high)) return null;

  const estimate = async (lower: number, upper: number): Promise<number> => {
    const [found] = await ask(rangeEstimateQuery(table, { lower: [lower], upper: [upper] }, context));
    return table.source === 'common_oltp' ? planned(found) : indexed(found);
  };
  const divide = async (lower: number, upper: number, parts: number): Promise<Range[]> => {
    const ranges: Range[] = [];
    let from = lower;
    for (let part = 1; part <= parts; part += 1) {
      const to = part === parts ? upper : lower + Math.floor(((upper - lower) / parts) * part);
      if (to > from) ranges.push({ lower: from, upper: to, rows: await estimate(from, to) });
      from = Math.max(from, to);
    }
    return ranges;
  };
  const first = await divide(low - 1, high, Math.ceil(rows / chunkRows));
  // InnoDB's estimates of wide ranges are off by a factor, about the same for all of them; the table's rows are known.
  const factor = rows / sum(first);
  const refine = async (ranges: readonly Range[], round: number): Promise<Range[]> => {
    const fine: Range[] = [];
    for (const range of ranges) {
      const found = range.rows * factor;
      const divisible = found > TOLERANCE * chunkRows && range.upper - range.lower > 1 && round < MOST_ROUNDS;
      if (divisible) fine.push(...(await refine(await divide(range.lower, range.upper, Math.ceil(found / chunkRows)), round + 1)));
      else fine.push({ ...range, rows: found });
    }
    return fine;
  };
  const fine = Number.isFinite(factor) ? await refine(first, 0) : [];
  return Number.isFinite(sum(fine)) && fine.length > 0 ? joined(fine, chunkRows) : null;
}

/** By MySQL's index; NaN where it would not use one. No type: it knows already that there is no such row. */
function indexed(found: Record<string, unknown> | undefined): number {
  if (found?.['type'] === null) return 0;
  return found?.['type'] === 'range' ? Number(found['rows']) : Number.NaN;
}

/** By PostgreSQL's statistics. */
function planned(found: Record<string, unknown> | undefined): number {
  const plans = found?.['QUERY PLAN'] as readonly { readonly Plan: { readonly 'Plan Rows': number } }[] | undefined;
  return plans?.[0]?.Plan['Plan Rows'] ?? Number.NaN;
}

async function knowsSpread(table: TablePlan, rows: number, context: SourceContext, ask: Ask): Promise<boolean> {
  const query = keyStatisticsQuery(table, context);
  const [known] = query === null ? [] : await ask(query);
  return known?.['spread'] === true && Math.abs(Number(known['rows']) - rows) <= STALE * rows;
}

const sum = (ranges: readonly Range[]) => ranges.reduce((total, { rows }) => total + rows, 0);

/** Neighbours that together hold no more rows than a chunk become one. The last range has no upper bound. */
function joined(ranges: readonly Range[], chunkRows: number): number[] {
  const uppers: number[] = [];
  let rows = 0;
  ranges.forEach((range, index) => {
    rows += range.rows;
    const next = ranges[index + 1];
    if (next === undefined || rows + next.rows <= chunkRows) return;
    uppers.push(range.upper);
    rows = 0;
  });
  return uppers;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}
