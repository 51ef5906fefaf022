import type pg from 'pg';
import type { RunRef } from '../../db/ledger/fence.ts';
import type { RunFacts } from '../../db/ledger/run-facts.ts';
import { MigrationError } from '../../failures.ts';
import { EMPTY_TABLES, tablePlan } from '../../plan/plan.ts';
import { wholeCountQuery } from '../../sql/count-check.ts';
import type { Attempt, Engine } from '../engine.ts';
import { askSource, type Ask } from '../ask-source.ts';
import { WHOLE_TABLES } from '../whole-tables.ts';

/** The source still counts what was copied: it was frozen, as the operator said. */
export async function checkSource(
  engine: Engine,
  client: pg.ClientBase,
  ref: RunRef,
  facts: RunFacts,
  table: string,
  attempt: Attempt,
): Promise<void> {
  if (EMPTY_TABLES.includes(table)) return;
  const now = await countSource(engine, facts, table, attempt);
  const { rows } = await client.query<{ n: number }>(
    'SELECT coalesce(sum(source_rows), 0)::float8 AS n FROM identity_migration.chunks WHERE run = $1 AND table_name = $2',
    [ref.run, table],
  );
  const copied = rows[0]!.n;
  if (now === copied) return;
  throw new MigrationError('VerificationFailed', {
    message: `The source of ${table} counts ${now} rows now, ${copied} were copied: it moved during the run.`,
    next: 'stop what writes to the sources, then start with {"fresh": true}.',
    table,
  });
}

function countSource(engine: Engine, facts: RunFacts, table: string, attempt: Attempt): Promise<number> {
  const plan = tablePlan(table);
  const count = async (ask: Ask) => Number((await ask(wholeCountQuery(plan, { absent: facts.absent })))[0]!['n']);
  return askSource(engine, facts, plan.source, attempt, count, WHOLE_TABLES);
}
