import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import type { VerifyReport } from '../../src/phases/verify-target/verify-report.ts';
import { verifyTarget } from '../../src/phases/verify-target/verify-target.ts';
import { ProofStage } from './proof-stage.ts';

describe.each(mysqlFamilies().map((family) => [family.family, family] as const))('%s', (_name, family) => {
  let stage: ProofStage;

  beforeAll(async () => {
    stage = await ProofStage.open({ name: 'verify-target', family });
    await stage.begin();
    await stage.copyAll();
  });

  afterAll(() => stage?.close());

  const verify = () => verifyTarget(stage.engine, stage.attempt, () => undefined);

  test('of a run that has not finished it says so', async () => {
    await expect(verify()).rejects.toMatchObject({
      type: 'SchemaMismatch',
      message: expect.stringContaining('has not finished') as string,
    });
  });

  test('the finished dirty sample agrees with its sources, and every check is right', async () => {
    await stage.finish();
    const report = await verify();
    expect(report.checks.filter((check) => !check.ok)).toEqual([]);
    expect(report.tables.filter((table) => table.differing > 0)).toEqual([]);
    expect(report.verdict).toBe('agree');
    expect(report.tables).toHaveLength(36);
    for (const { table, source, rejected } of report.tables) {
      expect([table, source, rejected]).toEqual([table, ...manifestOf(stage, table)]);
    }
  });

  test('the run says that every table was proved in full', async () => {
    expect(await stage.query("SELECT table_name FROM identity_migration.tables WHERE proof IS DISTINCT FROM 'full'")).toEqual([]);
    expect(await stage.query("SELECT relname FROM pg_class WHERE relname LIKE '%\\_proof'")).toEqual([]);
  });

  test('a name that a rule changed may not be changed further', () =>
    expectNamed(
      `UPDATE identity.users SET handle = handle || '!' WHERE id = (SELECT (source_key ->> 'user_id')::bigint
         FROM identity_migration.adjustments WHERE reason = 'handle_twin' LIMIT 1) RETURNING id::text AS id`,
      (id) => ['users', { kind: 'differs', key: { user_id: id }, columns: ['handle'] }],
    ));

  test('a row whose reference a rule took may not lose anything else', () =>
    expectNamed(
      `UPDATE identity.users SET last_name = coalesce(last_name, '') || ' ' WHERE id = (SELECT (source_key ->> 'user_id')::bigint
         FROM identity_migration.adjustments WHERE reason = 'orphan_reference' AND table_name = 'users' LIMIT 1) RETURNING id::text AS id`,
      (id) => ['users', { kind: 'differs', key: { user_id: id }, columns: ['last_name'] }],
    ));

  test('a column that a rule cleared may not be filled again', () =>
    expectNamed(
      `UPDATE identity.users SET email = 'taken@example.com' WHERE id = (SELECT (source_key ->> 'user_id')::bigint
         FROM identity_migration.adjustments WHERE reason = 'email_twin' LIMIT 1) RETURNING id::text AS id`,
      (id) => ['users', { kind: 'differs', key: { user_id: id }, columns: ['email'] }],
    ));

  test('a secret is compared, and never shown', () =>
    expectNamed(
      `UPDATE identity.clients SET secret = secret || ' ' WHERE id = (SELECT min(id) FROM identity.clients WHERE secret IS NOT NULL)
       RETURNING id::text AS id`,
      (id) => ['clients', { kind: 'differs', key: { id }, columns: ['secret'] }],
    ));

  test('a row whose key went with the carry columns is named by its ids', () =>
    expectNamed(
      `UPDATE identity.user_preferences SET preference_value = '"other"' WHERE ctid = (SELECT min(ctid) FROM identity.user_preferences)
       RETURNING user_id::text AS id`,
      (id) => ['user_preferences', { kind: 'differs', key: { user_id: id }, columns: ['preference_value'] }],
    ));

  test('a row of a table without a key is named by its ids', () =>
    expectNamed(
      `UPDATE identity.user_achievements SET created_at = created_at + interval '1 microsecond' WHERE ctid = (SELECT min(ctid)
         FROM identity.user_achievements WHERE created_at IS NOT NULL) RETURNING user_id::text AS id, achievement_type_id::text AS type`,
      (id, type) => ['user_achievements', { kind: 'differs', key: { user_id: id, achievement_type_id: type }, columns: ['created_at'] }],
    ));

  test('a row that is gone is named, and breaks the equation', () =>
    expectNamed(
      'DELETE FROM identity.user_emails WHERE email_id = (SELECT min(email_id) FROM identity.user_emails) RETURNING email_id::text AS id',
      (id) => ['user_emails', { kind: 'missing', key: { email_id: id }, columns: [] }],
      ['equation'],
    ));

  test('a row that the migration did not bring is named', () =>
    expectNamed(
      `INSERT INTO identity.users (id, handle) VALUES (99999999, 'a newcomer') RETURNING id::text AS id`,
      (id) => ['users', { kind: 'extra', key: { user_id: id }, columns: [] }],
      ['equation', 'identity values'],
    ));

  test.each([
    ['an index that is gone', 'DROP INDEX identity.users_handle_folded_key', ['indexes', 'index use', 'drift']],
    [
      'a foreign key of the right name that says something else',
      `ALTER TABLE identity.user_emails DROP CONSTRAINT user_emails_user_id_fkey,
         ADD CONSTRAINT user_emails_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users (id)`,
      ['foreign keys', 'drift'],
    ],
    [
      'a foreign key that nobody validated',
      `ALTER TABLE identity.user_emails DROP CONSTRAINT user_emails_user_id_fkey,
         ADD CONSTRAINT user_emails_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users (id) ON DELETE CASCADE NOT VALID`,
      ['foreign keys', 'drift'],
    ],
    ['a filled column that is gone', 'ALTER TABLE identity.emails DROP COLUMN updated_at', ['columns', 'drift']],
    ['a default that is another', "ALTER TABLE identity.user_sessions ALTER COLUMN created_at SET DEFAULT 'epoch'", ['drift']],
  ])('%s is noticed', async (_what, sql, checks) => {
    const report = await after(sql);
    expect(report.checks.filter((check) => !check.ok).map((check) => check.check)).toEqual(checks);
  });

  test('a source that changed since is noticed, row and column', async () => {
    const [email] = await stage.withSource(
      async (client) =>
        (
          await client.query<{ id: string }>(
            `UPDATE common_oltp.email SET address = address || 'x' WHERE email_id = (SELECT min(email_id) FROM common_oltp.email
               WHERE address IS NOT NULL AND coalesce(primary_ind, 0) <> 1) RETURNING email_id::text AS id`,
          )
        ).rows,
    );
    const report = await verify();
    expect(named(report)).toEqual([['emails', { kind: 'differs', key: { email_id: email!.id }, columns: ['address'] }]]);
  });

  /** Changes the finished target, verifies, and changes it back. */
  async function after(sql: string, told: (rows: pg.QueryResultRow[]) => void = () => undefined): Promise<VerifyReport> {
    const named = (database: string) => stage.engine.databases.target.url.replace(/\/identity(\?|$)/, `/${database}$1`);
    const other = named('changed');
    const administer = (statement: string) => stage.withUrl(named('postgres'), (client) => client.query(statement));
    await administer('CREATE DATABASE changed TEMPLATE identity');
    try {
      await stage.withUrl(other, async (client) => told((await client.query<pg.QueryResultRow>(sql)).rows));
      const target = { ...stage.engine.databases.target, url: other };
      return await verifyTarget({ ...stage.engine, databases: { ...stage.engine.databases, target } }, stage.attempt, () => undefined);
    } finally {
      await administer('DROP DATABASE changed WITH (FORCE)');
    }
  }

  async function expectNamed(
    sql: string,
    expected: (id: string, type: string) => readonly [string, unknown],
    checks: readonly string[] = [],
  ): Promise<void> {
    let row: pg.QueryResultRow = {};
    const report = await after(sql, (rows) => (row = rows[0]!));
    expect(named(report)).toEqual([expected(String(row['id']), String(row['type']))]);
    expect(
      report.checks
        .filter((check) => !check.ok)
        .map((check) => check.check)
        .sort(),
    ).toEqual([...checks].sort());
    expect(report.verdict).toBe('differ');
  }
});

const named = (report: VerifyReport) =>
  report.tables.flatMap(({ table, differences }) => differences.map((difference) => [table, difference]));

function manifestOf({ manifest }: ProofStage, table: string): readonly [number, number] {
  const { source, rejected } = manifest.tables[table] ?? { source: 0, rejected: 0 };
  return [source, rejected];
}
