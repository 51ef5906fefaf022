import type pg from 'pg';
import { withPostgres } from '../../db/postgres/session.ts';
import { transaction } from '../../db/postgres/transaction.ts';
import { MigrationError } from '../../failures.ts';
import { askSource } from '../ask-source.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from '../engine.ts';
import { checkIdentityValues } from '../verify/identity-values.ts';
import { catalogChecks, columnsOf, wholeTables } from './catalog-checks.ts';
import { driftCheck } from './drift-check.ts';
import { equationCheck } from './equation-check.ts';
import { finishedRun, type FinishedRun } from './finished-run.ts';
import { indexUseCheck } from './index-use.ts';
import type { Check, TableVerdict, VerifyReport } from './verify-report.ts';
import { verifyTable } from './verify-table.ts';

/** Tables that are compared at once. */
const PARALLEL = 3;

/**
 * Proves the finished target against the sources as they are now, and looks at what an operator would look at by hand. Reads only, in
 * sessions that are read-only by the servers' own word (drift apart, whose scratch schema is rolled back); needs no Temporal. `onTable` is told of each table as it ends.
 * Throws SchemaMismatch where no run has finished.
 */
export async function verifyTarget(engine: Engine, attempt: Attempt, onTable: (verdict: TableVerdict) => void): Promise<VerifyReport> {
  const started = Date.now();
  const run = await inTarget(engine, attempt, finishedRun);
  const { rest, names } = await inTarget(engine, attempt, (client) => operatorChecks(engine, client, run, attempt));
  const drift = await driftCheck(engine, attempt);
  const verdicts = new Map<string, TableVerdict>();
  const queue = [...names];
  const work = async () => {
    for (let table = queue.shift(); table !== undefined; table = queue.shift()) {
      const name = table;
      const verdict = await inTarget(engine, attempt, (client) => verifyTable(engine, client, run, name, attempt));
      verdicts.set(name, verdict);
      onTable(verdict);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  const tables = names.map((name) => verdicts.get(name)!);
  const checks = [...rest, drift, equationCheck(tables)];
  const agree = checks.every((check) => check.ok) && tables.every((table) => table.differing === 0);
  return { run: run.run, verdict: agree ? 'agree' : 'differ', tables, checks, seconds: Math.round((Date.now() - started) / 100) / 10 };
}

function inTarget<T>(engine: Engine, { signal }: Attempt, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const session = { applicationName: 'identity-migrate verify', signal, fallback: 'VerificationFailed' } as const;
  const settings = { work_mem: '64MB' };
  return withPostgres(engine.databases.target, session, (client) =>
    transaction(client, { readOnly: true, isolation: 'REPEATABLE READ', settings }, () => work(client)),
  );
}

async function operatorChecks(engine: Engine, client: pg.Client, { run, facts }: FinishedRun, attempt: Attempt) {
  const checks: Check[] = [];
  for (const source of ['common_oltp', 'authorization_db'] as const) {
    await askSource(engine, facts, source, attempt, (ask) => ask('SELECT 1 AS one'));
    checks.push({ check: 'connection', ok: true, what: `${source} answers, and is the database that the run read`, next: null });
  }
  const there = await columnsOf(client);
  checks.push(...(await catalogChecks(client, run, there)));
  const comparable = wholeTables(there);
  if (comparable.includes('users')) checks.push(await indexUseCheck(client));
  checks.push(await identityCheck(client));
  return { rest: checks, names: comparable };
}

async function identityCheck(client: pg.Client): Promise<Check> {
  try {
    const columns = await checkIdentityValues(client, TARGET_SCHEMA);
    return { check: 'identity values', ok: true, what: `${columns} identity columns go on above every id`, next: null };
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return {
      check: 'identity values',
      ok: false,
      what: error.message,
      next: 'ALTER TABLE … ALTER COLUMN … RESTART WITH a value above it.',
    };
  }
}
