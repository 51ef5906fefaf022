import { afterAll, beforeAll, expect, test } from 'vitest';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { constrainStep } from '../../src/phases/constrain.ts';
import { copySmallTable } from '../../src/phases/copy-small-table.ts';
import { finishTable } from '../../src/phases/finish-table.ts';
import { reconcileStep } from '../../src/phases/reconcile.ts';
import { tablePlan } from '../../src/plan/plan.ts';
import { ProofStage } from './proof-stage.ts';

let stage: ProofStage;
const copy = (table: string) => copySmallTable(stage.engine, stage.ref, table, 50, stage.attempt);
const tableRow = async (table: string) =>
  (await stage.query('SELECT state, loaded FROM identity_migration.tables WHERE run = $1 AND table_name = $2', [stage.ref.run, table]))[0];

beforeAll(async () => {
  stage = await ProofStage.open({ name: 'small-tables', family: mysqlFamilies()[0]! });
  // A row of it is planted that no target takes.
  await stage.begin({ maxRejected: { clients: 0 } });
});
afterAll(() => stage?.close());

test('a table of one chunk is finished by one activity, which gives the same where it is done again', async () => {
  const first = await copy('roles');
  expect(first).toMatchObject({ chunks: 1, landed: [{ table: 'roles', chunk: 1 }], left: null });
  expect(await tableRow('roles')).toEqual({ state: 'copied', loaded: first.landed[0]!.rows });
  expect(await copy('roles')).toEqual(first);
});

test('one that has more than was foreseen is left to be copied chunk by chunk', async () => {
  const { chunks, landed, left } = await copy('users');
  expect(chunks).toBeGreaterThan(2);
  expect([landed, left]).toEqual([[], Array.from({ length: chunks }, (_, index) => index + 1)]);
  expect(await tableRow('users')).toMatchObject({ loaded: null });
});

test('of one that fails, what has landed is told, and the failure comes again', async () => {
  const { landed, left } = await copy('clients');
  expect([landed.length, landed[0]!.rejected, left]).toEqual([1, 1, []]);
  await expect(finishTable(stage.engine, stage.ref, 'clients', stage.attempt)).rejects.toMatchObject({
    type: 'TooManyRejected',
    table: 'clients',
  });
});

test('steps as a former version has written them are done for what they are', async () => {
  await copy('client_users');
  const orphans = tablePlan('client_users').rules.findIndex((rule) => rule.kind === 'orphan' && rule.parent === 'users');
  const [loaded] = await stage.query<{ n: number }>('SELECT count(*) AS n FROM identity.client_users');
  await stage.query(
    `INSERT INTO identity_migration.steps (run, phase, position, step, table_name, work, after)
     VALUES ($1, 'reconcile', 901, 'old rule', 'client_users', $2, '[]'), ($1, 'constrain', 902, 'old identity', 'roles', $3, '[]')`,
    [stage.ref.run, JSON.stringify({ table: 'client_users', rule: orphans }), JSON.stringify({ do: 'identity', table: 'roles' })],
  );
  await reconcileStep(stage.engine, stage.ref, 'old rule', stage.attempt);
  await constrainStep(stage.engine, stage.ref, 'old identity', stage.attempt);
  const done = await stage.query('SELECT step, state, rows FROM identity_migration.steps WHERE position > 900 ORDER BY position');
  expect(done).toEqual([
    // No user is there yet.
    { step: 'old rule', state: 'done', rows: loaded!.n },
    { step: 'old identity', state: 'done', rows: 1 },
  ]);
});
