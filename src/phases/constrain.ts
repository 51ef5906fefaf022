import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import { readRunFacts, type RunFacts } from '../db/ledger/run-facts.ts';
import { doStep, readStep } from '../db/ledger/steps.ts';
import { MigrationError } from '../failures.ts';
import { planHash } from '../plan/hash.ts';
import { applyConstrainStep } from '../schema/constrain.ts';
import { giveGrants, type Grant } from '../schema/grants.ts';
import { identityColumns, setIdentityValue } from '../schema/identity-values.ts';
import { quoteIdentifier, quoteTable } from '../sql/quote.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from './engine.ts';
import { withRun } from './run-session.ts';
import { buildSettings, readBuildMeans } from './build-settings.ts';
import { CONSTRAIN_AT_ONCE, type ConstrainWork } from './constrain-work.ts';
import { highestSourceId } from './identity-floor.ts';

/** A foreign key's SHARE ROW EXCLUSIVE lock waits for no longer than this: the attempt gives way, and comes again. */
const LOCK_TIMEOUT = '60s';

/** Puts one thing back, in one transaction with its step: it is there and recorded, or neither. */
export async function constrainStep(engine: Engine, ref: RunRef, step: string, attempt: Attempt): Promise<void> {
  await withRun(engine, ref, 'ConstraintFailed', attempt, async (client) => {
    const facts = await readRunFacts(client, ref, planHash);
    const planned = await readStep<ConstrainWork>(client, ref, 'constrain', step);
    if (planned === null) throw new MigrationError('SchemaMismatch', { message: `Step ${step} is not in the ledger.` });
    if (planned.done) return;
    const { work } = planned;
    const floors = work.do === 'identity' ? await floorsOf(engine, facts, 'table' in work ? [work.table] : work.tables, attempt) : [];
    const settings = { lock_timeout: LOCK_TIMEOUT, jit: 'off', ...buildSettings(await readBuildMeans(client), CONSTRAIN_AT_ONCE) };
    await doStep(client, ref, 'constrain', step, () => perform(client, ref, work, floors), settings);
  });
}

type Floors = readonly (readonly [table: string, floor: number])[];

/** Before the target's transaction begins: the sources may take a while. */
async function floorsOf(engine: Engine, facts: RunFacts, tables: readonly string[], attempt: Attempt): Promise<Floors> {
  const floors: [string, number][] = [];
  for (const table of tables) {
    attempt.beat(`highest id of ${table}`);
    floors.push([table, await highestSourceId(engine, facts, table, attempt)]);
  }
  return floors;
}

async function setIdentityValues(client: pg.ClientBase, floors: Floors): Promise<number> {
  const columns = await identityColumns(client, TARGET_SCHEMA);
  let set = 0;
  for (const [table, floor] of floors) {
    const column = columns.find((candidate) => candidate.table === table);
    if (column === undefined) continue;
    await setIdentityValue(client, { schema: TARGET_SCHEMA, ...column, floor });
    set += 1;
  }
  return set;
}

async function perform(client: pg.ClientBase, ref: RunRef, work: ConstrainWork, floors: Floors): Promise<number> {
  switch (work.do) {
    case 'drop carry': {
      const columns = work.columns.map((column) => `DROP COLUMN IF EXISTS ${quoteIdentifier(column)}`);
      await client.query(`ALTER TABLE ${quoteTable(TARGET_SCHEMA, work.table)} ${columns.join(', ')}`);
      return work.columns.length;
    }
    case 'default': {
      let statements = 0;
      for (const item of work.items) statements += await applyConstrainStep(client, TARGET_SCHEMA, item);
      return statements;
    }
    case 'put back':
      return applyConstrainStep(client, TARGET_SCHEMA, work.item);
    case 'identity':
      return setIdentityValues(client, floors);
    case 'grants': {
      const { rows } = await client.query<{ grants: Grant[] | null }>('SELECT grants FROM identity_migration.runs WHERE run = $1', [
        ref.run,
      ]);
      return giveGrants(client, TARGET_SCHEMA, rows[0]?.grants ?? []);
    }
  }
}
