import type pg from 'pg';
import { transaction } from '../postgres/transaction.ts';
import { holdEpoch, LOSE_LOCK_WHEN_FROZEN, type RunRef } from './fence.ts';

/** A piece of a phase that is one activity: `work` is what its phase needs to do it, without values of rows. */
export interface Step {
  readonly step: string;
  readonly table: string | null;
  readonly work: unknown;
  readonly after: readonly string[];
}

export async function insertSteps(client: pg.ClientBase, ref: RunRef, phase: string, steps: readonly Step[]): Promise<void> {
  await client.query(
    `INSERT INTO identity_migration.steps (run, phase, position, step, table_name, work, after)
     SELECT $1, $2, s.position, s.step, s.table_name, s.work::json, s.after::json
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS s(step, table_name, work, after, position)
     ON CONFLICT DO NOTHING`,
    [
      ref.run,
      phase,
      steps.map((s) => s.step),
      steps.map((s) => s.table),
      steps.map((s) => JSON.stringify(s.work)),
      steps.map((s) => JSON.stringify(s.after)),
    ],
  );
}

/** A phase's steps, or those of one of its tables, in order. */
export async function readSteps(
  client: pg.ClientBase,
  ref: RunRef,
  phase: string,
  table: string | null = null,
): Promise<{ step: string; done: boolean; after: string[] }[]> {
  const { rows } = await client.query<{ step: string; done: boolean; after: string[] }>(
    `SELECT step, state = 'done' AS done, after FROM identity_migration.steps
      WHERE run = $1 AND phase = $2 AND ($3::text IS NULL OR table_name = $3) ORDER BY position`,
    [ref.run, phase, table],
  );
  return rows;
}

export async function readStep<Work>(
  client: pg.ClientBase,
  ref: RunRef,
  phase: string,
  step: string,
): Promise<{ work: Work; done: boolean; table: string | null } | null> {
  const { rows } = await client.query<{ work: Work; done: boolean; table: string | null }>(
    `SELECT work, state = 'done' AS done, table_name AS "table" FROM identity_migration.steps WHERE run = $1 AND phase = $2 AND step = $3`,
    [ref.run, phase, step],
  );
  return rows[0] ?? null;
}

export async function countOpenSteps(client: pg.ClientBase, ref: RunRef, phase: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `SELECT count(*) AS n FROM identity_migration.steps WHERE run = $1 AND phase = $2 AND state <> 'done'`,
    [ref.run, phase],
  );
  return rows[0]!.n;
}

/**
 * Does a step's work and marks it done, in one transaction. Returns its rows; a step that is done is not done again (`null`).
 * The step's row is locked first, so that two attempts do not both do it.
 */
export async function doStep(
  client: pg.ClientBase,
  ref: RunRef,
  phase: string,
  step: string,
  work: () => Promise<number>,
  settings: Readonly<Record<string, string>> = {},
): Promise<number | null> {
  return transaction(client, { settings }, async () => {
    const started = Date.now();
    const { rows } = await client.query<{ state: string }>(
      `SELECT state, ${LOSE_LOCK_WHEN_FROZEN} FROM identity_migration.steps WHERE run = $1 AND phase = $2 AND step = $3 FOR UPDATE`,
      [ref.run, phase, step],
    );
    if (rows[0]?.state !== 'planned') return null;
    const changed = await work();
    await client.query(
      `UPDATE identity_migration.steps SET state = 'done', rows = $4, seconds = $5, finished_at = clock_timestamp()
        WHERE run = $1 AND phase = $2 AND step = $3`,
      [ref.run, phase, step, changed, (Date.now() - started) / 1000],
    );
    await holdEpoch(client, ref);
    return changed;
  });
}
