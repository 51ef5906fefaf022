import { countChunks, insertChunks, nextChunks, readPlanState, type PlanState } from '../db/ledger/chunks.ts';
import type { RunRef } from '../db/ledger/fence.ts';
import { readRunFacts, type RunFacts } from '../db/ledger/run-facts.ts';
import { MigrationError } from '../failures.ts';
import { planHash } from '../plan/hash.ts';
import { EMPTY_TABLES, tablePlan } from '../plan/plan.ts';
import type { TablePlan } from '../plan/types.ts';
import { boundaryQuery, nullKeyQuery } from '../sql/chunk-bounds.ts';
import type { KeyBound, KeyBounds } from '../sql/range.ts';
import { askSource, type Ask } from './ask-source.ts';
import type { Attempt, Engine } from './engine.ts';
import { withRun } from './run-session.ts';
import { spreadChunks } from './spread-chunks.ts';

/** A text key's range is a scan in MySQL, so such a table has few chunks. */
const MAX_TEXT_CHUNKS = 16;

export interface PlannedTable {
  readonly chunks: number;
  /** The first of those that have not landed, as `nextChunksOf` would give them. */
  readonly first: readonly number[];
}

/** Cuts a table into ranges of its key, once, and writes them to the ledger. A table without a source has none. */
export async function planChunks(
  engine: Engine,
  ref: RunRef,
  tableName: string,
  pageSize: number,
  attempt: Attempt,
): Promise<PlannedTable> {
  return withRun(engine, ref, 'TableFailed', attempt, async (target) => {
    const facts = await readRunFacts(target, ref, planHash);
    const state = await readPlanState(target, ref, tableName);
    if (state === null)
      throw new MigrationError('SchemaMismatch', { message: `Table ${tableName} is not in the ledger of run ${ref.run}.` });
    if (!state.planned) await insertChunks(target, ref, tableName, await boundsOf(engine, tableName, facts, state, attempt));
    return { chunks: await countChunks(target, ref, tableName), first: await nextChunks(target, ref, tableName, 0, pageSize) };
  });
}

/** A page of a planned table's chunks that have not landed, after number `after`. */
export function nextChunksOf(
  engine: Engine,
  ref: RunRef,
  table: string,
  after: number,
  limit: number,
  attempt: Attempt,
): Promise<number[]> {
  return withRun(engine, ref, 'TableFailed', attempt, (target) => nextChunks(target, ref, table, after, limit));
}

function boundsOf(engine: Engine, tableName: string, facts: RunFacts, state: PlanState, attempt: Attempt): Promise<KeyBounds[]> {
  if (EMPTY_TABLES.includes(tableName)) return Promise.resolve([]);
  const table = tablePlan(tableName);
  if (table.key.length === 0) return Promise.resolve([WHOLE]);
  const context = { absent: facts.absent };
  return askSource(engine, facts, table.source, attempt, async (ask) => {
    const chunkRows = chunkRowsFor(table, state);
    const uppers =
      state.estimatedRows < SPREAD_FROM ? null : await spreadChunks({ table, rows: state.estimatedRows, chunkRows, context }, ask);
    const bounds = uppers === null ? await cut(table, facts, chunkRows, ask, attempt) : between(uppers);
    const [nulls] = await ask(nullKeyQuery(table, context));
    return nulls === undefined ? bounds : [...bounds, { lower: null, upper: null, nullKey: true }];
  });
}

/** Rows from which a table is worth dividing without reading it. */
const SPREAD_FROM = 50_000;

function between(uppers: readonly number[]): KeyBounds[] {
  return [...uppers, null].map((upper, index) => ({
    lower: index === 0 ? null : [uppers[index - 1]!],
    upper: upper === null ? null : [upper],
  }));
}

const WHOLE: KeyBounds = { lower: null, upper: null };

function chunkRowsFor(table: TablePlan, state: PlanState): number {
  const text = table.key.some((key) => key.type === 'text');
  return text ? Math.max(state.chunkRows, Math.ceil(state.estimatedRows / MAX_TEXT_CHUNKS)) : state.chunkRows;
}

/** Steps from boundary to boundary, each an index scan of one chunk's keys. First and last chunk are unbounded. */
async function cut(table: TablePlan, facts: RunFacts, rows: number, ask: Ask, attempt: Attempt): Promise<KeyBounds[]> {
  const bounds: KeyBounds[] = [];
  let lower: KeyBound | null = null;
  for (;;) {
    const [next] = await ask(boundaryQuery(table, lower, rows, { absent: facts.absent }));
    if (next === undefined) break;
    const upper = table.key.map((key) => next[key.column] as number | string);
    bounds.push({ lower, upper });
    lower = upper;
    attempt.beat(`${table.table}: ${bounds.length} chunks planned`);
    if (bounds.length >= MAX_TEXT_CHUNKS - 1 && table.key.some((key) => key.type === 'text')) break;
  }
  bounds.push({ lower, upper: null });
  return bounds;
}
