import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import { readRunFacts } from '../db/ledger/run-facts.ts';
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
    const floor = work.do === 'identity' ? await highestSourceId(engine, facts, work.table, attempt) : 0;
    const settings = { lock_timeout: LOCK_TIMEOUT, jit: 'off', ...buildSettings(await readBuildMeans(client), CONSTRAIN_AT_ONCE) };
    await doStep(client, ref, 'constrain', step, () => perform(client, ref, work, floor), settings);
  });
}

async function perform(client: pg.ClientBase, ref: RunRef, work: ConstrainWork, floor: number): Promise<number> {
  switch (work.do) {
    case 'drop carry': {
      const columns = work.columns.map((column) => `DROP COLUMN IF EXISTS ${quoteIdentifier(column)}`);
      await client.query(`ALTER TABLE ${quoteTable(TARGET_SCHEMA, work.table)} ${columns.join(', ')}`);
      return work.columns.length;
    }
    case 'put back':
      return applyConstrainStep(client, TARGET_SCHEMA, work.item);
    case 'identity': {
      const column = (await identityColumns(client, TARGET_SCHEMA)).find((candidate) => candidate.table === work.table);
      return column === undefined ? 0 : setIdentityValue(client, { schema: TARGET_SCHEMA, ...column, floor });
    }
    case 'grants': {
      const { rows } = await client.query<{ grants: Grant[] | null }>('SELECT grants FROM identity_migration.runs WHERE run = $1', [
        ref.run,
      ]);
      return giveGrants(client, TARGET_SCHEMA, rows[0]?.grants ?? []);
    }
  }
}
