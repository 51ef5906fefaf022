import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { replayRejects } from '../../src/phases/replay/replay.ts';
import { verifyTarget } from '../../src/phases/verify-target/verify-target.ts';
import { ProofStage } from './proof-stage.ts';

describe.each(mysqlFamilies().map((family) => [family.family, family] as const))('%s', (_name, family) => {
  let stage: ProofStage;

  beforeAll(async () => {
    stage = await ProofStage.open({ name: 'replay', family, users: 300, chunkRows: 100 });
    // Of one user nothing can be loaded: the handle is null. Of another the status alone is wrong, and the handle somebody else's.
    await oltp('ALTER TABLE common_oltp."user" ALTER COLUMN handle DROP NOT NULL');
    await oltp(`INSERT INTO common_oltp."user" (user_id, handle, status) VALUES (80000001, NULL, '?'), (80000002, NULL, 'A')`);
    await oltp(
      `INSERT INTO common_oltp.email (email_id, user_id, address, primary_ind, status_id) VALUES (81000001, 80000001, 'late@example.com', 1, 1),
         (81000002, 80000001, 'later@example.com', 1, 2), (81000003, 80000009, 'nobody@example.com', 1, 1)`,
    );
    await oltp(`INSERT INTO common_oltp.user_achievement (user_id, achievement_date, achievement_type_id, description) VALUES (80000001, '2020-02-29', (SELECT min(achievement_type_id)
       FROM common_oltp.achievement_type_lu), 'late'), (80000009, '2020-02-29', 1, 'nobody')`);
    await authorization(
      'INSERT INTO role_assignment (id, role_id, subject_id, subject_type) SELECT 8000001, min(id), 80000001, 1 FROM role',
    );
    await stage.begin({ maxRejected: { users: '50%' } });
    await stage.copyAll();
    await stage.finish();
  });

  afterAll(() => stage?.close());

  const oltp = (sql: string) => stage.withSource((client) => client.query(sql));
  const authorization = (sql: string) => stage.mysql.client({ sql }, 'authorization_db');
  const replay = async () => (await replayRejects(stage.engine, null, stage.attempt)).map((table) => [table.table, table] as const);
  const account = () =>
    stage.query(
      `SELECT table_name, source_rows::int, loaded::int, merged::int, rejected::int FROM identity_migration.tables
        WHERE source_rows <> loaded + merged + rejected`,
    );

  test('without a fix nothing comes in, and every reject stays with its reason', async () => {
    const reasons = () =>
      stage.query('SELECT table_name, reason, count(*)::int AS n FROM identity_migration.rejects GROUP BY 1, 2 ORDER BY 1, 2');
    const before = await reasons();
    const tables = await replay();
    expect(tables.filter(([, { replayed }]) => replayed > 0)).toEqual([]);
    expect(await reasons()).toEqual(before);
    expect(await account()).toEqual([]);
  });

  test('after a fix the rows come in with those that hang on them, rules applied, the equation still true', async () => {
    const [taken] = await stage.query<{ handle: string; email: string }>(
      'SELECT (SELECT upper(handle) FROM identity.users WHERE id = (SELECT min(id) FROM identity.users)) AS handle',
    );
    await stage.withSource((client) => client.query('UPDATE common_oltp."user" SET handle = $1 WHERE user_id = 80000001', [taken!.handle]));
    const tables = new Map(await replay());
    expect(tables.get('users')).toMatchObject({ replayed: 1 });
    expect(tables.get('users')!.stillRejected).toMatchObject({ null_key: expect.any(Number) as number });
    expect(tables.get('user_emails')).toMatchObject({ replayed: 2 });
    expect(tables.get('user_achievements')).toMatchObject({ replayed: 1 });
    expect(tables.get('role_assignments')).toMatchObject({ replayed: 1 });
    const [user] = await stage.query('SELECT handle, status, email FROM identity.users WHERE id = 80000001');
    expect(user).toEqual({ handle: `${taken!.handle}~80000001`, status: 'deactivated', email: 'late@example.com' });
    expect(await stage.query('SELECT is_primary FROM identity.user_emails WHERE user_id = 80000001 ORDER BY email_id')).toEqual([
      { is_primary: true },
      { is_primary: false },
    ]);
    expect(await account()).toEqual([]);
  });

  test('verify agrees with what came in', async () => {
    const report = await verifyTarget(stage.engine, stage.attempt, () => undefined);
    expect(report.tables.filter((table) => table.differing > 0)).toEqual([]);
    expect(report.verdict).toBe('agree');
  });

  test('a second time, and two at once, bring nothing in twice', async () => {
    expect((await replay()).filter(([, { replayed }]) => replayed > 0)).toEqual([]);
    await oltp(`UPDATE common_oltp."user" SET handle = 'the second one' WHERE user_id = 80000002`);
    const both = await Promise.all([replay(), replay()]);
    expect(both.flat().filter(([table, { replayed }]) => table === 'users' && replayed > 0)).toHaveLength(1);
    expect(await stage.query('SELECT count(*)::int AS n FROM identity.users WHERE id = 80000002')).toEqual([{ n: 1 }]);
    expect(await account()).toEqual([]);
  });

  test('a row that the source has no more stays rejected, and is said not to be found', async () => {
    await oltp('DELETE FROM common_oltp.email WHERE email_id = 81000003');
    const tables = new Map(await replay());
    expect(tables.get('user_emails')).toMatchObject({ notFound: 1 });
    expect(await stage.query("SELECT reason FROM identity_migration.rejects WHERE source_key ->> 'email_id' = '81000003'")).toEqual([
      { reason: 'orphan' },
    ]);
  });
});
