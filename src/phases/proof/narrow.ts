import { bucketRowsQuery, bucketsQuery, cellsOfHashesQuery } from '../../sql/proof/questions.ts';
import type { Difference, Findings } from './difference.ts';
import { pairRows } from './pair-rows.ts';
import { cellsOf, keyId, textOf, type RowCells, type Side } from './side.ts';

/** Rows of differing buckets that are looked at together, unless one bucket has more: what is held in memory. */
const MOST_ROWS = 200_000;
/** Rows that are named, at the most. */
const MOST_NAMED = 5_000;
/** Hashes of one question. */
const PAGE = 500;

interface Listed {
  readonly hash: string;
  readonly key: readonly (string | null)[];
}

/**
 * Which rows differ between two sides whose checksums do: by buckets of the row's hash, then rows, then columns.
 * `excused`: by row name, how many rows may be missing from the target, since they were rejected. `settled` rows, by name, take no part.
 */
export async function narrowDifferences(
  source: Side,
  target: Side,
  excused: ReadonlyMap<string, number> = new Map(),
  settled: ReadonlySet<string> = new Set(),
): Promise<Findings> {
  const left = new Map(excused);
  const missing: Listed[] = [];
  const extra: Listed[] = [];
  for (const buckets of await differingBuckets(source, target)) {
    const unsettled = (rows: readonly Listed[]) => rows.filter((row) => !settled.has(keyId(row.key)));
    const [sent, kept] = (await Promise.all([listed(source, buckets), listed(target, buckets)])).map(unsettled);
    missing.push(...excuse(surplus(sent!, kept!), left));
    extra.push(...surplus(kept!, sent!));
  }
  const differences: readonly Difference[] = pairRows(
    await withCells(source, missing.slice(0, MOST_NAMED)),
    await withCells(target, extra.slice(0, MOST_NAMED)),
    target.rows.columns.map((column) => column.name),
    target.rows.key.map((column) => column.name),
  );
  return { rows: Math.max(differences.length, missing.length, extra.length), differences };
}

/** In groups that are held in memory at once. */
async function differingBuckets(source: Side, target: Side): Promise<string[][]> {
  const [sent, kept] = await Promise.all([bucketsOf(source), bucketsOf(target)]);
  const groups: string[][] = [];
  let held = 0;
  for (const name of new Set([...sent.keys(), ...kept.keys()])) {
    if (sent.get(name)?.text === kept.get(name)?.text) continue;
    const rows = Math.max(sent.get(name)?.rows ?? 0, kept.get(name)?.rows ?? 0);
    held += rows;
    if (groups.length > 0 && held <= MOST_ROWS) {
      groups.at(-1)!.push(name);
    } else {
      groups.push([name]);
      held = rows;
    }
  }
  return groups;
}

async function bucketsOf({ ask, rows }: Side): Promise<Map<string, { readonly rows: number; readonly text: string }>> {
  const found = await ask(bucketsQuery(rows));
  return new Map(
    found.map((row) => [textOf(row['bucket'])!, { rows: Number(row['n']), text: `${textOf(row['n'])}:${textOf(row['sum'])}` }]),
  );
}

async function listed({ ask, rows }: Side, buckets: readonly string[]): Promise<Listed[]> {
  const found = await ask(bucketRowsQuery(rows, buckets));
  return found.map((row) => ({ hash: String(row['h']), key: rows.key.map((_column, index) => textOf(row[`k${index}`])) }));
}

/** Rows of `these` that `those` lack, each as often as it is lacking. */
function surplus(these: readonly Listed[], those: readonly Listed[]): Listed[] {
  const left = new Map<string, number>();
  for (const { hash } of those) left.set(hash, (left.get(hash) ?? 0) + 1);
  return these.filter(({ hash }) => {
    const count = left.get(hash) ?? 0;
    if (count > 0) left.set(hash, count - 1);
    return count === 0;
  });
}

/** Of rows of one name as many are excused as were rejected; a row with the same content as one that is there was the rejected one. */
function excuse(missing: readonly Listed[], left: Map<string, number>): Listed[] {
  return missing.filter(({ key }) => {
    const name = keyId(key);
    const count = left.get(name) ?? 0;
    if (count > 0) left.set(name, count - 1);
    return count === 0;
  });
}

async function withCells({ ask, rows }: Side, wanted: readonly Listed[]): Promise<RowCells[]> {
  if (wanted.length === 0) return [];
  const hashes = [...new Set(wanted.map((row) => row.hash))];
  const left = new Map<string, number>();
  for (const { hash } of wanted) left.set(hash, (left.get(hash) ?? 0) + 1);
  const found: RowCells[] = [];
  for (let at = 0; at < hashes.length; at += PAGE) {
    const page = await ask(cellsOfHashesQuery(rows, hashes.slice(at, at + PAGE)));
    found.push(...page.map((row) => cellsOf(row, rows)));
  }
  return found.filter(({ hash }) => {
    const count = left.get(hash) ?? 0;
    left.set(hash, count - 1);
    return count > 0;
  });
}
