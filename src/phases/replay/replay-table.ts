import type pg from 'pg';
import { land } from '../../db/copy/land.ts';
import { translating } from '../../db/errors.ts';
import type { RunRef } from '../../db/ledger/fence.ts';
import { insertRejects, type Reject } from '../../db/ledger/rejects.ts';
import type { RunFacts } from '../../db/ledger/run-facts.ts';
import type { TablePlan } from '../../plan/types.ts';
import { copyInto } from '../../sql/copy-into.ts';
import type { Definition } from '../../sql/definition.ts';
import { keyCondition, type KeyText } from '../../sql/proof/key-condition.ts';
import { reconcileStatement } from '../../sql/reconcile/statement.ts';
import { againstLoadedStatement } from '../../sql/replay/against-loaded.ts';
import { dropLoadedStatement, landStatement, STAGE, stageStatements, unstageStatements } from '../../sql/replay/stage.ts';
import {
  keepReplayedStatements,
  rejectName,
  stagedNamesQuery,
  takeRejectsStatements,
  unstageNamesStatement,
} from '../../sql/replay/taken-rejects.ts';
import { refusedReject } from '../copy-chunk.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from '../engine.ts';
import { withChunkReader } from '../open-chunk.ts';
import { checkEquation } from '../verify/equation.ts';

/** Keys of one question to the source. */
const PAGE = 500;

export interface ReplayedTable {
  readonly table: string;
  /** Open rejects before. */
  readonly open: number;
  /** Brought in. */
  readonly replayed: number;
  /** Tried, and still kept out: reason → rows. */
  readonly stillRejected: Readonly<Record<string, number>>;
  /** Not tried: the source has no such row any more, or not as many of one key as were rejected. */
  readonly notFound: number;
}

export interface ReplayedRun extends RunRef {
  readonly facts: RunFacts;
}

/** Tries a table's open rejects again, in the caller's transaction, which holds the run's row: so none is brought in twice. */
export async function replayTable(
  engine: Engine,
  client: pg.Client,
  run: ReplayedRun,
  table: TablePlan,
  attempt: Attempt,
): Promise<ReplayedTable> {
  const open = await openRejects(client, run, table);
  const count = [...open.values()].reduce((sum, n) => sum + n, 0);
  if (count === 0) return { table: table.table, open: 0, replayed: 0, stillRejected: {}, notFound: 0 };
  for (const sql of stageStatements(table, TARGET_SCHEMA)) await client.query(sql);
  const kept = await stageRows(engine, client, run, table, [...open.keys()], attempt);
  if (table.key.length === 0) await client.query(dropLoadedStatement(table, TARGET_SCHEMA));
  const tried = await settleNames(client, table, open, kept);
  for (const { sql, values } of takeRejectsStatements(table)) {
    await client.query(sql, values === 'none' ? [] : [run.run, table.table, namesJson(tried)]);
  }
  await insertRejects(
    client,
    run,
    table.table,
    table.source,
    null,
    kept.filter((reject) => tried.has(nameOf(table, reject))),
  );
  await applyRules(client, run, table);
  for (const sql of keepReplayedStatements(table)) await client.query(sql);
  const { rowCount } = await client.query(landStatement(table, TARGET_SCHEMA, await stampedColumns(client, run, table)));
  for (const sql of unstageStatements(table)) await client.query(sql);
  await checkEquation(client, run, table.table);
  const triedRows = [...tried].reduce((sum, name) => sum + open.get(name)!, 0);
  return {
    table: table.table,
    open: count,
    replayed: rowCount ?? 0,
    stillRejected: await reasonsOf(client, run, table, tried),
    notFound: count - triedRows,
  };
}

/** Name → how many. */
async function openRejects(client: pg.Client, run: RunRef, table: TablePlan): Promise<Map<string, number>> {
  const { rows } = await client.query<{ name: unknown; n: number }>(
    `SELECT ${rejectName(table)} AS name, count(*) AS n FROM identity_migration.rejects
      WHERE run = $1 AND table_name = $2 AND replayed_at IS NULL GROUP BY 1`,
    [run.run, table.table],
  );
  return new Map(rows.map(({ name, n }) => [JSON.stringify(name), n]));
}

/** Reads the rows of these names from the source again, into the stage; gives those that its casts, or the stage, refuse. */
async function stageRows(
  engine: Engine,
  client: pg.Client,
  run: ReplayedRun,
  table: TablePlan,
  names: readonly string[],
  { signal }: Attempt,
): Promise<Reject[]> {
  const keys = names.map((name) => JSON.parse(name) as KeyText);
  const pages =
    table.key.length === 0
      ? [undefined]
      : Array.from({ length: Math.ceil(keys.length / PAGE) }, (_page, at) => keys.slice(at * PAGE, (at + 1) * PAGE));
  const kept: Reject[] = [];
  for (const page of pages) {
    const only = page === undefined ? {} : { only: `(${keyCondition(table.source, table.key, page)})` };
    const bounds = { lower: null, upper: null };
    const nulls = page?.some((key) => key.includes(null)) === true ? [{ ...bounds, nullKey: true }] : [];
    for (const range of [bounds, ...nulls]) {
      const source = { facts: run.facts, table, bounds: range, applicationName: 'identity-migrate replay', signal, ...only };
      await withChunkReader(engine, source, (reader) =>
        translating(engine.databases.target, 'TableFailed', async () => {
          const landed = await land(client, copyInto(table, STAGE), reader);
          const rows = await reader.count();
          const { rejects } = await reader.leftovers(rows - landed.rows - landed.refused.length);
          kept.push(...rejects, ...landed.refused.map((refused) => refusedReject(table, refused)));
        }),
      );
    }
  }
  return kept;
}

/** The names of which the source has as many rows as were rejected. Rows of the others leave the stage: which were rejected is not known. */
async function settleNames(
  client: pg.Client,
  table: TablePlan,
  open: ReadonlyMap<string, number>,
  kept: readonly Reject[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string; n: number }>(stagedNamesQuery(table));
  const found = new Map(rows.map(({ name, n }) => [JSON.stringify(JSON.parse(name)), n]));
  for (const reject of kept) found.set(nameOf(table, reject), (found.get(nameOf(table, reject)) ?? 0) + 1);
  const tried = new Set([...open].filter(([name, n]) => found.get(name) === n).map(([name]) => name));
  await client.query(unstageNamesStatement(table), [namesJson([...found.keys()].filter((name) => !tried.has(name)))]);
  return tried;
}

function nameOf(table: TablePlan, { sourceKey, row }: Reject): string {
  const values =
    table.key.length > 0
      ? table.key.map((key) => sourceKey[key.column])
      : table.columns.filter((column) => column.cast === 'bigint').map((column) => row[column.name]);
  return JSON.stringify(values.map((value) => (value === null || value === undefined ? null : String(value as string | number))));
}

const namesJson = (names: Iterable<string>) => `[${[...names].join(', ')}]`;

/** The plan's rules in order: among the staged rows and with their parents, and then against what is in the finished table. */
async function applyRules(client: pg.Client, run: RunRef, table: TablePlan): Promise<void> {
  for (const rule of table.rules) {
    await client.query(reconcileStatement(table, rule, STAGE), [run.run]);
    const against = againstLoadedStatement(table, rule, TARGET_SCHEMA);
    if (against !== null) await client.query(against, [run.run]);
  }
}

async function stampedColumns(client: pg.Client, run: RunRef, table: TablePlan): Promise<string[]> {
  const { rows } = await client.query<{ definitions: Definition[] }>('SELECT definitions FROM identity_migration.runs WHERE run = $1', [
    run.run,
  ]);
  return (rows[0]?.definitions ?? []).filter((d) => d.kind === 'default' && d.table === table.table).map((d) => d.name);
}

async function reasonsOf(client: pg.Client, run: RunRef, table: TablePlan, tried: ReadonlySet<string>): Promise<Record<string, number>> {
  const { rows } = await client.query<{ reason: string; n: number }>(
    `SELECT reason, count(*) AS n FROM identity_migration.rejects
      WHERE run = $1 AND table_name = $2 AND replayed_at IS NULL AND ${rejectName(table)} IN (SELECT jsonb_array_elements($3::jsonb))
      GROUP BY 1 ORDER BY 1`,
    [run.run, table.table, namesJson(tried)],
  );
  return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
}
