import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import { readRunFacts, type RunFacts } from '../db/ledger/run-facts.ts';
import { doStep, readStep } from '../db/ledger/steps.ts';
import { MigrationError } from '../failures.ts';
import { planHash } from '../plan/hash.ts';
import { absencesOf } from '../plan/missing.ts';
import { PLAN, tablePlan } from '../plan/plan.ts';
import type { Rule, TablePlan } from '../plan/types.ts';
import { notCarriedQueries } from '../sql/count-check.ts';
import { reconcileStatement, rejectsRows } from '../sql/reconcile/statement.ts';
import { askSource, type Ask } from './ask-source.ts';
import { readBuildMeans, ruleSettings } from './build-settings.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from './engine.ts';
import { withRun } from './run-session.ts';
import { RECONCILE_AT_ONCE, type ReconcileWork } from './reconcile-work.ts';
import { isUniqueByIndex } from './unique-by-index.ts';
import { WHOLE_TABLES } from './whole-tables.ts';

/** An index waits for others' writes no longer than this: the attempt gives way, and comes again. */
const LOCK_TIMEOUT = '60s';

/** Applies rules to one loaded table: changes, rejects, adjustments and the step's own row in one transaction. */
export async function reconcileStep(engine: Engine, ref: RunRef, step: string, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'TableFailed', attempt, async (client) => {
    const facts = await readRunFacts(client, ref, planHash);
    const planned = await readStep<ReconcileWork>(client, ref, 'reconcile', step);
    if (planned === null) throw new MigrationError('SchemaMismatch', { message: `Step ${step} is not in the ledger.` });
    if (planned.done) return;
    const { work } = planned;
    // The source is counted before the target's transaction begins: it may take a while.
    const side = 'notCarried' in work ? await countSide(engine, facts, work, attempt) : null;
    const settings = { lock_timeout: LOCK_TIMEOUT, ...ruleSettings(await readBuildMeans(client), RECONCILE_AT_ONCE) };
    let effects: Effect[] = [];
    const doing = async () => {
      effects = await perform(client, ref, work, facts, side);
      return effects.reduce((sum, { rows }) => sum + rows, 0);
    };
    if ((await doStep(client, ref, 'reconcile', step, doing, settings)) === null || !('table' in work)) return;
    for (const effect of effects.filter(({ rows }) => rows > 0)) attempt.observe?.({ kind: 'rule', table: work.table, ...effect });
  });
}

async function perform(client: pg.ClientBase, ref: RunRef, work: ReconcileWork, facts: RunFacts, side: Side | null): Promise<Effect[]> {
  if ('absent' in work) return [{ effect: 'adjusted', reason: 'source_missing', rows: await noteAbsent(client, ref, facts) }];
  if ('notCarried' in work) return [await noteSide(client, ref, work.table, side!)];
  const effects: Effect[] = [];
  for (const rule of 'rule' in work ? [work.rule] : work.rules) effects.push(await applyRule(client, ref, work.table, rule));
  return effects;
}

/** What a rule has done to rows, and the reason that it gives in the ledger. */
interface Effect {
  readonly effect: 'rejected' | 'adjusted';
  readonly reason: string;
  readonly rows: number;
}

async function applyRule(client: pg.ClientBase, ref: RunRef, table: string, place: number): Promise<Effect> {
  const plan = tablePlan(table);
  const rule = plan.rules[place];
  if (rule === undefined) throw new MigrationError('PlanChanged', { message: `${table} has no rule ${place + 1} in this plan.` });
  const effect = rejectsRows(rule) ? 'rejected' : 'adjusted';
  return { effect, reason: 'reason' in rule ? rule.reason : rule.kind, rows: await rowsChanged(client, ref, plan, rule) };
}

async function rowsChanged(client: pg.ClientBase, ref: RunRef, plan: TablePlan, rule: Rule): Promise<number> {
  if (rule.kind === 'duplicate_key' && (await isUniqueByIndex(client, ref, plan.table, rule.columns))) return 0;
  const { rows } = await client.query<{ n: number }>(reconcileStatement(plan, rule, TARGET_SCHEMA), [ref.run]);
  return Number(rows[0]?.n ?? 0);
}

interface Side {
  readonly source: string;
  readonly rows: number;
}

function countSide(
  engine: Engine,
  facts: RunFacts,
  work: { readonly table: string; readonly notCarried: number },
  attempt: Attempt,
): Promise<Side> {
  const plan = tablePlan(work.table);
  const side = notCarriedQueries(plan, { absent: facts.absent })[work.notCarried]!;
  const count = async (ask: Ask) => ({ source: side.source, rows: Number((await ask(side.sql))[0]!['n']) });
  return askSource(engine, facts, plan.source, attempt, count, WHOLE_TABLES);
}

async function noteSide(client: pg.ClientBase, ref: RunRef, table: string, side: Side): Promise<Effect> {
  if (side.rows > 0) await note(client, ref, table, 'not_carried', side.source, side.rows);
  return { effect: 'adjusted', reason: 'not_carried', rows: side.rows };
}

/** Every row of a table whose source lacks something was filled with a default or null. */
async function noteAbsent(client: pg.ClientBase, ref: RunRef, facts: RunFacts): Promise<number> {
  let noted = 0;
  for (const { table, name } of PLAN.flatMap((plan) =>
    absencesOf(plan, facts.absent).map((absent) => ({ table: plan.table, name: absent })),
  )) {
    const { rows } = await client.query<{ n: number }>(
      'SELECT coalesce(sum(source_rows), 0)::float8 AS n FROM identity_migration.chunks WHERE run = $1 AND table_name = $2',
      [ref.run, table],
    );
    await note(client, ref, table, 'source_missing', name, rows[0]!.n);
    noted += 1;
  }
  return noted;
}

async function note(client: pg.ClientBase, ref: RunRef, table: string, reason: string, detail: string, rows: number): Promise<void> {
  await client.query('INSERT INTO identity_migration.adjustments (run, table_name, reason, detail, rows) VALUES ($1, $2, $3, $4, $5)', [
    ref.run,
    table,
    reason,
    detail,
    rows,
  ]);
}
