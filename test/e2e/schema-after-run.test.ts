import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ name: 'schema-after-run', users: 300, environment: { CHUNK_ROWS: '60', HEARTBEAT_TIMEOUT: '5s' } });
  await stage.startWorker();
});
afterAll(() => stage?.close());

test('a run that is alive keeps a rollback out; when it is done the schema is at head, without drift, and can be changed', async () => {
  // First of all, so that there is a ledger to look into.
  expect((await stage.cli(['migrate'])).code).toBe(0);
  expect((await stage.cli(['start'])).code).toBe(0);
  const inLedger = (condition: string) => async () => (await stage.query(`SELECT FROM identity_migration.runs WHERE ${condition}`)).length;
  await expect.poll(inLedger(`phase IN ('copy', 'reconcile', 'constrain', 'verify')`), { timeout: 120_000 }).toBe(1);
  expect((await stage.cli(['pause'])).code).toBe(0);
  const refused = await stage.cli(['rollback', '0', '--yes']);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/RunInProgress: Run \S+ of workflow migrate-identity is in progress/),
  });
  expect((await stage.cli(['resume'])).code).toBe(0);
  expect((await stage.cli(['watch'])).code).toBe(0);

  const { code, stdout } = await stage.cli(['status', '--json']);
  expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
    code: 0,
    current: loadRevisions().at(-1)!.revision,
    pending: [],
    changed: [],
    drift: [],
    lastRun: { state: 'done', workflowId: 'migrate-identity' },
  });
  const users = await stage.query('SELECT count(*)::int AS users FROM identity.users');
  expect((await stage.cli(['rollback', '0001', '--yes'])).code).toBe(0);
  expect((await stage.cli(['migrate'])).code).toBe(0);
  expect((await stage.cli(['status'])).code).toBe(0);
  expect(await stage.query('SELECT count(*)::int AS users FROM identity.users')).toEqual(users);
});
