import type pg from 'pg';
import { landedChunks } from '../../db/ledger/proofs.ts';
import type { RunFacts } from '../../db/ledger/run-facts.ts';
import { EMPTY_TABLES, tablePlan } from '../../plan/plan.ts';
import { wholeCountQuery } from '../../sql/count-check.ts';
import { quoteTable } from '../../sql/quote.ts';
import { askSource } from '../ask-source.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from '../engine.ts';
import type { Difference } from '../proof/difference.ts';
import { finishedBounds, proveFinished } from '../proof/prove-finished.ts';
import { repairedColumns, withoutRepaired } from '../proof/repaired.ts';
import type { TableVerdict } from './verify-report.ts';

/** Rows that are named for a table, at the most. */
const MOST_NAMED = 100;
const EVERY_CHUNK = 2 ** 31 - 1;

/** Compares one finished table with its source, range by range, in the caller's snapshot of the target. */
export async function verifyTable(
  engine: Engine,
  client: pg.Client,
  run: { readonly run: string; readonly facts: RunFacts },
  table: string,
  attempt: Attempt,
): Promise<TableVerdict> {
  const there = await sizeOf(client, run.run, table);
  if (EMPTY_TABLES.includes(table)) return { table, source: 0, ...there, differing: there.target, differences: [] };
  const plan = tablePlan(table);
  const chunks = await landedChunks(client, run.run, table, 1, EVERY_CHUNK);
  const ranges = finishedBounds(
    plan,
    chunks.map((chunk) => chunk.bounds),
  );
  const { source, ...findings } = await askSource(engine, run.facts, plan.source, attempt, async (ask) => {
    const source = Number((await ask(wholeCountQuery(plan, { absent: run.facts.absent })))[0]!['n']);
    let differing = 0;
    const differences: Difference[] = [];
    for (const bounds of ranges) {
      const found = await proveFinished(engine, client, ask, { facts: run.facts, run: run.run, table: plan, bounds });
      differing += found.rows;
      differences.push(...found.differences);
    }
    return { rows: differing, differences, source };
  });
  const { rows, differences } = withoutRepaired(findings, await repairedColumns(client, run.run, table, null));
  return { table, source, ...there, differing: rows, differences: differences.slice(0, MOST_NAMED) };
}

async function sizeOf(
  client: pg.Client,
  run: string,
  table: string,
): Promise<Pick<TableVerdict, 'target' | 'merged' | 'rejected' | 'bytes'>> {
  const name = quoteTable(TARGET_SCHEMA, table);
  const { rows } = await client.query<Pick<TableVerdict, 'target' | 'merged' | 'rejected' | 'bytes'>>(
    `SELECT (SELECT count(*) FROM ${name}) AS target,
            (SELECT coalesce(sum(merged), 0) FROM identity_migration.chunks WHERE run = $1 AND table_name = $2)::float8 AS merged,
            (SELECT count(*) FROM identity_migration.rejects WHERE run = $1 AND table_name = $2 AND replayed_at IS NULL) AS rejected,
            pg_total_relation_size($3::regclass) AS bytes`,
    [run, table, name],
  );
  return rows[0]!;
}
