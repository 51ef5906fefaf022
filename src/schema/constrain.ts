import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { MigrationError } from '../failures.ts';
import type { ConstrainStep } from '../sql/constrain.ts';
import { quoteIdentifier, quoteTable } from '../sql/quote.ts';
import { standing } from './standing.ts';

const DEADLOCK = '40P01';
/** Rows that a rule should have settled: unique, foreign key, not null, check. */
const REFUSED = /^23/;
const TRIES = 5;
/** Milliseconds; longer each time, and never the same for two steps. */
const PAUSE = 100;

/**
 * Puts one thing back, in the caller's transaction. One that stands with the same definition, and valid, is left alone; an index that is
 * invalid, or lacks the uniqueness, is built again; a key's index that stands is attached; a foreign key that is not valid is validated.
 * A deadlock is tried again. Returns how many statements ran.
 * Throws ConstraintFailed, naming constraint and table without any value, when rows refuse it or another thing has its name.
 */
export async function applyConstrainStep(client: pg.ClientBase, schema: string, step: ConstrainStep): Promise<number> {
  await client.query(`SET LOCAL search_path = ${quoteIdentifier(schema)}, pg_catalog`);
  for (let attempt = 1; ; attempt += 1) {
    await client.query('SAVEPOINT constrain_step');
    try {
      const statements = await missing(client, schema, step);
      for (const sql of statements) await client.query(sql);
      await client.query('RELEASE SAVEPOINT constrain_step');
      return statements.length;
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (REFUSED.test(code)) throw refused(step, code);
      if (code !== DEADLOCK || attempt === TRIES) throw error;
      // Gives the locks of this attempt back; the other side goes on.
      await client.query('ROLLBACK TO SAVEPOINT constrain_step');
      await wait(PAUSE * attempt * (1 + Math.random()));
    }
  }
}

/** The statements that still have to run. */
async function missing(client: pg.ClientBase, schema: string, step: ConstrainStep): Promise<readonly string[]> {
  const { constraint, index, defaultExpression } = await standing(client, schema, step);
  const [first = '', ...rest] = step.sql;
  if (step.kind === 'default') return defaultExpression === step.definition ? [] : step.sql;
  if (step.kind === 'foreign_key' || step.kind === 'reference') {
    if (constraint === null) return step.sql;
    if (constraint.definition.replace(/ NOT VALID$/, '') !== step.definition) throw another(step);
    return constraint.valid ? [] : rest;
  }
  if (constraint !== null) {
    if (constraint.definition !== step.definition) throw another(step);
    return [];
  }
  if (index === null) return step.sql;
  if (index.table !== step.table) throw another(step);
  if (index.definition === first && index.valid) return rest;
  const isPlainStandIn = index.definition === first.replace('CREATE UNIQUE INDEX', 'CREATE INDEX');
  if (index.definition !== first && !isPlainStandIn) throw another(step);
  return [`DROP INDEX ${quoteTable(schema, step.name)}`, ...step.sql];
}

function another({ name, table }: ConstrainStep): MigrationError {
  return new MigrationError('ConstraintFailed', {
    message: `Something else than the run would make has the name ${name}, which belongs to ${table}.`,
    next: 'drop it, or start with {"fresh": true}.',
    table,
  });
}

function refused({ name, table }: ConstrainStep, state: string): MigrationError {
  return new MigrationError('ConstraintFailed', {
    message: `${name} on ${table} cannot be put back: its rows do not hold to it [${state}].`,
    next: 'the rules should have settled such rows: look at `identity-migrate rejects` and at who else writes to the target.',
    table,
  });
}
