import type pg from 'pg';
import { translating } from '../../db/errors.ts';
import type { RunFacts } from '../../db/ledger/run-facts.ts';
import type { TablePlan } from '../../plan/types.ts';
import { hasKey, sourceRows, targetRows, type HashedRows } from '../../sql/proof/hashed-rows.ts';
import { targetKey } from '../../sql/proof/key-text.ts';
import { unrenamed } from '../../sql/proof/unrenamed.ts';
import type { KeyBounds } from '../../sql/range.ts';
import type { Ask } from '../ask-source.ts';
import { TARGET_SCHEMA, type Engine } from '../engine.ts';
import type { Difference, Findings } from './difference.ts';
import { excusesOf, type Excuse } from './excuses.ts';
import { judgeExcused, type KeptRow } from './judge-excused.ts';
import { narrowDifferences } from './narrow.ts';
import { rejectedNames } from './rejected-names.ts';
import { rowsOfKeys } from './rows-of-keys.ts';
import { keyId, totalOf, without, type RowCells, type Side } from './side.ts';

export interface FinishedRange {
  readonly facts: RunFacts;
  readonly run: string;
  readonly table: TablePlan;
  readonly bounds: KeyBounds;
}

const WHOLE: KeyBounds = { lower: null, upper: null };

/** The ranges in which a finished table is compared: its chunks; the whole table where its key went with the carry columns. */
export function finishedBounds(table: TablePlan, chunks: readonly KeyBounds[]): readonly KeyBounds[] {
  return hasKey(table, 'finished') ? chunks : [WHOLE];
}

/**
 * Whether the finished table holds what its source holds now, but for what the ledger says was rejected, merged or adjusted. The rows
 * that it names are looked at one by one, all others by checksum.
 */
export async function proveFinished(engine: Engine, target: pg.Client, askSource: Ask, range: FinishedRange): Promise<Findings> {
  const { facts, table, bounds } = range;
  const askTarget = async (sql: string) => (await target.query<Record<string, unknown>>(sql)).rows;
  const source: Side = { ask: askSource, rows: sourceRows(table, bounds, { absent: facts.absent }, 'finished') };
  const kept: Side = {
    ask: (sql) => translating(engine.databases.target, 'VerificationFailed', () => askTarget(sql)),
    rows: targetRows(table, bounds, TARGET_SCHEMA, 'finished'),
  };
  return hasKey(table, 'finished') ? proveKeyed(target, source, kept, range) : proveKeyless(target, source, kept, range);
}

async function proveKeyed(target: pg.Client, source: Side, kept: Side, { run, table, bounds }: FinishedRange): Promise<Findings> {
  const excuses = await excusesOf(target, run, table, bounds);
  const keys = [...excuses.values()].map((excuse) => excuse.key);
  const sentRows = await rowsOfKeys(source, table.source, table.key, keys);
  const keptRows = await withUnrenamed(kept, table, excuses);
  const [sent, there] = await Promise.all([totalOf(source), totalOf(kept)]);
  const sums = [without(sent, sentRows), without(there, keptRows)] as const;
  const same = sums[0].rows === sums[1].rows && sums[0].sum === sums[1].sum;
  const rest = same ? { rows: 0, differences: [] } : await narrowDifferences(source, kept, new Map(), new Set(excuses.keys()));
  const judged = judge(excuses, sentRows, keptRows, kept.rows);
  return { rows: rest.rows + judged.length, differences: [...judged, ...rest.differences] };
}

async function withUnrenamed(kept: Side, table: TablePlan, excuses: ReadonlyMap<string, Excuse>): Promise<KeptRow[]> {
  const keys = [...excuses.values()].map((excuse) => excuse.key);
  const rows = await rowsOfKeys(kept, 'common_oltp', targetKey(table), keys);
  if (!table.rules.some((rule) => rule.kind === 'rename_twin')) return rows.map((row) => ({ ...row, unrenamed: row.cells }));
  const bare = await rowsOfKeys({ ...kept, rows: unrenamed(table, kept.rows, TARGET_SCHEMA) }, 'common_oltp', targetKey(table), keys);
  const cells = new Map(bare.map((row) => [keyId(row.key), row.cells]));
  return rows.map((row) => ({ ...row, unrenamed: cells.get(keyId(row.key)) ?? row.cells }));
}

function judge(
  excuses: ReadonlyMap<string, Excuse>,
  sent: readonly RowCells[],
  kept: readonly KeptRow[],
  { columns, key }: HashedRows,
): Difference[] {
  const bySource = byKey(sent);
  const byTarget = byKey(kept);
  const names = columns.map((column) => column.name);
  return [...excuses].flatMap(([id, excuse]) => {
    const name = Object.fromEntries(key.map((column, index) => [column.name, excuse.key[index] ?? null]));
    return judgeExcused(excuse, bySource.get(id) ?? [], byTarget.get(id) ?? [], names, name);
  });
}

function byKey<Row extends RowCells>(rows: readonly Row[]): ReadonlyMap<string, Row[]> {
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const group = grouped.get(keyId(row.key));
    if (group === undefined) grouped.set(keyId(row.key), [row]);
    else group.push(row);
  }
  return grouped;
}

/** Rows have no key on both sides: as many of each name may be missing as were rejected. */
async function proveKeyless(target: pg.Client, source: Side, kept: Side, { run, table }: FinishedRange): Promise<Findings> {
  const excused = await rejectedNames(target, run, table, null, 'finished');
  const [sent, there] = await Promise.all([totalOf(source), totalOf(kept)]);
  if (excused.size === 0 && sent.rows === there.rows && sent.sum === there.sum) return { rows: 0, differences: [] };
  const findings = await narrowDifferences(source, kept, excused);
  const rejected = [...excused.values()].reduce((sum, count) => sum + count, 0);
  const lacking = sent.rows - there.rows - rejected;
  return { rows: Math.max(findings.rows, Math.abs(lacking)), differences: findings.differences };
}
