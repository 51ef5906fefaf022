import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import type { VerifyReport } from '../../src/phases/verify-target/verify-report.ts';
import { verifyTarget } from '../../src/phases/verify-target/verify-target.ts';
import { INCONSPICUOUS } from './inconspicuous.ts';
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

  test('what was changed, lost and added in the target is named by its key, all of it and no more; a secret is not shown', async () => {
    const wanted: unknown[] = [];
    const report = await after(async (client) => {
      for (const [, sql, expected] of PLANTED) {
        const { rows } = await client.query<Planted>(sql);
        expect(rows, sql).toHaveLength(1);
        wanted.push(expected(rows[0]!));
      }
    });
    expect(new Set(wanted.map((one) => JSON.stringify(one))).size).toBe(PLANTED.length);
    expect(named(report)).toEqual(expect.arrayContaining(wanted));
    expect(named(report)).toHaveLength(PLANTED.length);
    expect(report.verdict).toBe('differ');
    const checks = failed(report);
    expect(Object.keys(checks).toSorted()).toEqual(['equation', 'identity values']);
    expect(checks['equation']).toMatch(/users: \d+ ≠ .*user_emails: \d+ ≠ /);
  });

  test('what is not as the revisions make it is noticed, and named', async () => {
    const report = await after((client) => client.query(MISSHAPEN.map(([, sql]) => sql).join('; ')));
    const checks = failed(report);
    expect(Object.keys(checks).toSorted()).toEqual(['columns', 'drift', 'foreign keys', 'index use', 'indexes']);
    for (const [check, , told] of MISSHAPEN) expect(checks[check]).toMatch(told);
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

  /** Verifies a copy of the finished target that was changed. */
  async function after(change: (client: pg.Client) => Promise<unknown>): Promise<VerifyReport> {
    const database = (name: string) => stage.engine.databases.target.url.replace(/\/identity(\?|$)/, `/${name}$1`);
    const administer = (statement: string) => stage.withUrl(database('postgres'), (client) => client.query(statement));
    await administer('CREATE DATABASE changed TEMPLATE identity');
    try {
      const target = { ...stage.engine.databases.target, url: database('changed') };
      await stage.withUrl(target.url, change);
      return await verifyTarget({ ...stage.engine, databases: { ...stage.engine.databases, target } }, stage.attempt, () => undefined);
    } finally {
      await administer('DROP DATABASE changed WITH (FORCE)');
    }
  }
});

interface Planted {
  readonly id: string;
  readonly type?: string;
}
/** The user whom a rule changed last, by id: no two of these are the same. */
const ruled = (reason: string) => `(SELECT max((source_key ->> 'user_id')::bigint) FROM identity_migration.adjustments
  WHERE table_name = 'users' AND reason = '${reason}')`;
const differs = (table: string, key: Record<string, string>, column: string) => [table, { kind: 'differs', key, columns: [column] }];

/** What is planted, how, and what must be named then. */
const PLANTED: readonly (readonly [what: string, sql: string, named: (row: Planted) => unknown])[] = [
  [
    'a name that a rule changed is changed further',
    `UPDATE identity.users SET handle = handle || '!' WHERE id = ${ruled('handle_twin')} RETURNING id::text AS id`,
    ({ id }) => differs('users', { user_id: id }, 'handle'),
  ],
  [
    'a row whose reference a rule took loses something else',
    `UPDATE identity.users SET last_name = coalesce(last_name, '') || ' ' WHERE id = ${ruled('orphan_reference')} RETURNING id::text AS id`,
    ({ id }) => differs('users', { user_id: id }, 'last_name'),
  ],
  [
    'a column that a rule cleared is filled again',
    `UPDATE identity.users SET email = 'taken@example.com' WHERE id = ${ruled('email_twin')} RETURNING id::text AS id`,
    ({ id }) => differs('users', { user_id: id }, 'email'),
  ],
  [
    'a secret',
    `UPDATE identity.clients SET secret = secret || ' ' WHERE id = (SELECT min(id) FROM identity.clients WHERE secret IS NOT NULL)
     RETURNING id::text AS id`,
    ({ id }) => differs('clients', { id }, 'secret'),
  ],
  [
    'a row whose key went with the carry columns',
    `UPDATE identity.user_preferences SET preference_value = '"other"' WHERE ctid = (SELECT min(ctid) FROM identity.user_preferences)
     RETURNING user_id::text AS id`,
    ({ id }) => differs('user_preferences', { user_id: id }, 'preference_value'),
  ],
  [
    'a row of a table without a key',
    `UPDATE identity.user_achievements SET created_at = created_at + interval '1 microsecond' WHERE ctid = (SELECT min(ctid)
       FROM identity.user_achievements WHERE created_at IS NOT NULL) RETURNING user_id::text AS id, achievement_type_id::text AS type`,
    ({ id, type = '' }) => differs('user_achievements', { user_id: id, achievement_type_id: type }, 'created_at'),
  ],
  [
    'a row that is gone',
    'DELETE FROM identity.user_emails WHERE email_id = (SELECT min(email_id) FROM identity.user_emails) RETURNING email_id::text AS id',
    ({ id }) => ['user_emails', { kind: 'missing', key: { email_id: id }, columns: [] }],
  ],
  [
    'a row that the migration did not bring',
    `INSERT INTO identity.users (id, handle) VALUES (99999999, 'a newcomer') RETURNING id::text AS id`,
    ({ id }) => ['users', { kind: 'extra', key: { user_id: id }, columns: [] }],
  ],
  ...INCONSPICUOUS.map(
    ({ what, sql, table, key, column }) => [what, sql, ({ id }: Planted) => differs(table, { [key]: id }, column)] as const,
  ),
];

/** The check that must notice it, what is done, and what must be told. */
const MISSHAPEN: readonly (readonly [check: string, sql: string, told: RegExp])[] = [
  ['indexes', 'DROP INDEX identity.users_handle_folded_key', /users_handle_folded_key is missing/],
  [
    'foreign keys',
    `ALTER TABLE identity.user_emails DROP CONSTRAINT user_emails_user_id_fkey,
       ADD CONSTRAINT user_emails_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users (id)`,
    /user_emails_user_id_fkey is defined otherwise/,
  ],
  [
    'foreign keys',
    `ALTER TABLE identity.user_statuses DROP CONSTRAINT user_statuses_user_id_fkey,
       ADD CONSTRAINT user_statuses_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users (id) ON DELETE CASCADE NOT VALID`,
    /user_statuses_user_id_fkey is (not valid|defined otherwise)/,
  ],
  ['columns', 'ALTER TABLE identity.emails DROP COLUMN updated_at', /emails\.updated_at/],
  ['drift', "ALTER TABLE identity.user_sessions ALTER COLUMN created_at SET DEFAULT 'epoch'", /user_sessions\.created_at/],
];

const failed = (report: VerifyReport) => Object.fromEntries(report.checks.filter(({ ok }) => !ok).map(({ check, what }) => [check, what]));
const named = (report: VerifyReport) =>
  report.tables.flatMap(({ table, differences }) => differences.map((difference) => [table, difference]));

function manifestOf({ manifest }: ProofStage, table: string): readonly [number, number] {
  const { source, rejected } = manifest.tables[table] ?? { source: 0, rejected: 0 };
  return [source, rejected];
}
