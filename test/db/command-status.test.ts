import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { openCommandStage, revisionFiles, type CommandStage } from './command-stage.ts';
import { createMarked, createWhole, value } from './schema-database.ts';

let stage: CommandStage;
beforeAll(async () => (stage = await openCommandStage('command-status')));
afterAll(() => stage?.close());
beforeEach(() => stage.client.query('DROP SCHEMA IF EXISTS identity CASCADE'));

const status = async () => {
  const { code, stdout } = await stage.run('status --json');
  return { code, ...(JSON.parse(stdout) as { drift: unknown[]; changed: string[]; pending: string[] }) };
};
const head = loadRevisions().at(-1)!.revision;

describe('status', () => {
  test('of a database without the schema: everything is pending, nothing is wrong', async () => {
    expect(await status()).toEqual({
      code: 0,
      target: expect.stringMatching(/^127\.0\.0\.1:\d+\/base_1$/),
      current: null,
      head,
      pending: loadRevisions().map(({ revision }) => revision),
      changed: [],
      drift: [],
      lastRun: null,
      lastBackup: null,
    });
    const text = await stage.run('status');
    expect(text.stdout).toMatch(/current +none\nhead +\d{4}_\w+\npending +0001_unified_identity, 0002_enhanced_model/);
  });

  test.each([
    ['migrate', createMarked],
    ['a finished run', createWhole],
  ])('of a schema as %s leaves it: at head, no drift, and nothing left behind', async (_what, create) => {
    await create(stage.client);
    const objects = () => value(stage.client, 'SELECT (SELECT count(*) FROM pg_class) + (SELECT count(*) FROM pg_namespace)');
    const before = await objects();
    expect(await status()).toMatchObject({ code: 0, current: head, pending: [], changed: [], drift: [] });
    expect(await objects()).toBe(before);
  });

  test('tells a changed file, by name, and a file that is gone, and blocks', async () => {
    await createMarked(stage.client);
    await stage.client.query(`UPDATE identity.schema_revisions SET checksum = 'another' WHERE revision = '0001';
      INSERT INTO identity.schema_revisions VALUES ('0900', 'gone', 'x', now(), 0)`);
    expect(await status()).toMatchObject({ code: 3, current: '0900', changed: ['0001', '0900'] });
    const text = await stage.run('status');
    expect(text).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/changed since they were applied: 0001_unified_identity, 0900_gone/),
    });
  });

  test('shows the last run and the last backup', async () => {
    await bootstrapLedger(stage.client);
    await stage.client.query(`INSERT INTO identity_migration.runs
        (workflow_id, first_execution_run_id, lease_until, state, phase, plan_hash, input, fingerprints, absent)
        VALUES ('w', 'f', now(), 'done', 'report', 'p', '{}', '{}', '[]');
      INSERT INTO identity_migration.backups (path, host, bytes, sha256) VALUES ('/b/x.dump', 'h', 2000, 's')`);
    expect(await status()).toMatchObject({
      lastRun: { workflowId: 'w', state: 'done' },
      lastBackup: { path: '/b/x.dump', host: 'h', bytes: 2000 },
    });
    expect((await stage.run('status')).stdout).toMatch(/last run .+ done \(report\)[\s\S]*last backup +\/b\/x\.dump on h, 2\.0 kB/);
    await stage.client.query('DROP SCHEMA identity_migration CASCADE');
  });
});

describe('drift', () => {
  const planted = [
    [
      'a table that is gone',
      'DROP TABLE identity.password_resets',
      { object: 'password_resets', kind: 'table', expected: expect.stringContaining('token_hash text'), found: null },
    ],
    [
      'a table of somebody else',
      'CREATE TABLE identity.extra (n int NOT NULL)',
      { object: 'extra', kind: 'table', expected: null, found: '(n integer NOT NULL)' },
    ],
    [
      'a column that is gone',
      'ALTER TABLE identity.users DROP COLUMN bio',
      { object: 'users.bio', kind: 'column', expected: 'bio text', found: null },
    ],
    [
      'a column more',
      `ALTER TABLE identity.users ADD COLUMN shoe text COLLATE "C" DEFAULT 'x'`,
      { object: 'users.shoe', kind: 'column', expected: null, found: `shoe text COLLATE "C" DEFAULT 'x'::text` },
    ],
    [
      'another type',
      'ALTER TABLE identity.clients ALTER COLUMN name TYPE varchar(99)',
      { object: 'clients.name', kind: 'type', expected: 'character varying(255)', found: 'character varying(99)' },
    ],
    [
      'NOT NULL',
      'ALTER TABLE identity.countries ALTER COLUMN name SET NOT NULL',
      { object: 'countries.name', kind: 'nullability', expected: 'NULL', found: 'NOT NULL' },
    ],
    [
      'another default',
      `ALTER TABLE identity.users ALTER COLUMN theme_preference SET DEFAULT 'dark'`,
      { object: 'users.theme_preference', kind: 'default', expected: `'light'::text`, found: `'dark'::text` },
    ],
    [
      'a default that is gone',
      'ALTER TABLE identity.users ALTER COLUMN created_at DROP DEFAULT',
      { object: 'users.created_at', kind: 'default', expected: 'now()', found: null },
    ],
    [
      'another collation',
      'ALTER TABLE identity.users ALTER COLUMN bio TYPE text COLLATE "C"',
      { object: 'users.bio', kind: 'collation', expected: null, found: 'C' },
    ],
    [
      'identity that is gone',
      'ALTER TABLE identity.users ALTER COLUMN id DROP IDENTITY',
      { object: 'users.id', kind: 'identity', expected: 'by default', found: null },
    ],
    [
      'an expression that is gone',
      'ALTER TABLE identity.role_assignments ALTER COLUMN user_id DROP EXPRESSION',
      { object: 'role_assignments.user_id', kind: 'generated', expected: expect.stringContaining('subject_type'), found: null },
    ],
    [
      'an index that is gone',
      'DROP INDEX identity.users_handle_folded_key',
      { object: 'users_handle_folded_key on users', kind: 'index', expected: expect.stringContaining('lower'), found: null },
    ],
    [
      'an index more',
      'CREATE INDEX slow ON identity.users (bio)',
      { object: 'slow on users', kind: 'index', expected: null, found: 'CREATE INDEX slow ON users USING btree (bio)' },
    ],
    [
      'an index that is not valid',
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'identity.users_handle_folded_key'::regclass`,
      { object: 'users_handle_folded_key on users', kind: 'index', found: expect.stringMatching(/^CREATE UNIQUE INDEX .+ \(not valid\)$/) },
    ],
    [
      'a key that is gone',
      'ALTER TABLE identity.user_sessions DROP CONSTRAINT user_sessions_pkey',
      { object: 'user_sessions_pkey on user_sessions', kind: 'constraint', expected: 'PRIMARY KEY (id)', found: null },
    ],
    [
      'a check more',
      'ALTER TABLE identity.users ADD CONSTRAINT odd CHECK (id > 0)',
      { object: 'odd on users', kind: 'constraint', expected: null, found: 'CHECK ((id > 0))' },
    ],
    [
      'a foreign key that was not validated',
      `ALTER TABLE identity.user_sessions DROP CONSTRAINT user_sessions_user_id_fkey;
      ALTER TABLE identity.user_sessions ADD CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users ON DELETE CASCADE NOT VALID`,
      {
        object: 'user_sessions_user_id_fkey on user_sessions',
        kind: 'constraint',
        expected: expect.stringMatching(/^FOREIGN KEY .*CASCADE$/),
        found: expect.stringMatching(/NOT VALID$/),
      },
    ],
  ] as const;

  test.each(planted)('%s is found, and no other', async (_what, sql, difference) => {
    await createMarked(stage.client);
    await stage.client.query(sql);
    const found = await status();
    expect(found).toMatchObject({ code: 3, drift: [difference] });
    expect(found.drift).toHaveLength(1);
  });

  test('is told in text, with both definitions', async () => {
    await createMarked(stage.client);
    await stage.client.query('ALTER TABLE identity.clients ALTER COLUMN name TYPE varchar(99)');
    expect(await stage.run('status')).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(
        /drift +1 difference\n +type clients\.name\n +expected +character varying\(255\)\n +found +character varying\(99\)/,
      ),
    });
  });

  test('is looked for at the revision that is applied, not at head', async () => {
    await createMarked(stage.client);
    const revisions = revisionFiles(stage.directory, {
      ...Object.fromEntries(
        loadRevisions().flatMap(({ revision, name, up, down }) => [
          [`${revision}_${name}.up.sql`, up],
          [`${revision}_${name}.down.sql`, down!],
        ]),
      ),
      '0900_more.up.sql': 'CREATE TABLE more (n int);',
    });
    const { code, stdout } = await stage.run('status --json', { revisions });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, head: '0900', pending: ['0900'], drift: [] });
  });
});

describe('list', () => {
  test('shows every revision, applied, changed or pending', async () => {
    expect(await stage.run('list')).toMatchObject({ code: 0, stdout: expect.stringMatching(/0001 +unified_identity +pending +— +—/) });
    await createMarked(stage.client);
    await stage.client.query(
      `DELETE FROM identity.schema_revisions WHERE revision = '0002'; UPDATE identity.schema_revisions SET seconds = 1.5`,
    );
    const { code, stdout } = await stage.run('list --json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as unknown[]).slice(0, 2)).toEqual([
      {
        revision: '0001',
        name: 'unified_identity',
        state: 'applied',
        appliedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        seconds: 1.5,
      },
      { revision: '0002', name: 'enhanced_model', state: 'pending', appliedAt: null, seconds: null },
    ]);
    await stage.client.query(`UPDATE identity.schema_revisions SET checksum = 'x'`);
    expect(await stage.run('list')).toMatchObject({ code: 3, stdout: expect.stringMatching(/0001 +unified_identity +changed/) });
  });
});

describe('what status cannot do without', () => {
  test('a database, a server, a permission: told, with the next step, and no password', async () => {
    const at = (change: (url: URL) => void) => {
      const url = new URL(stage.url);
      change(url);
      return stage.run('status', { variables: { IDENTITY_DB_URL: url.href } });
    };
    const absent = await at((url) => (url.pathname = '/nowhere'));
    expect(absent).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: SchemaMismatch: The database of the target .+nowhere does not exist\. Next: create it/),
    });
    const away = await at((url) => (url.port = '1'));
    expect(away).toMatchObject({ code: 1, stderr: expect.stringMatching(/TargetUnreachable: .+ECONNREFUSED/) });
    await stage.client.query(`CREATE ROLE weak LOGIN PASSWORD 'hidden-word'`);
    const weak = await at((url) => {
      url.username = 'weak';
      url.password = 'hidden-word';
    });
    expect(weak).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /PermissionMissing: .+ Next: let a superuser or the owner run GRANT CREATE ON DATABASE "base_1" TO "weak";/,
      ),
    });
    for (const { stderr } of [absent, away, weak]) {
      expect(stderr).not.toContain('hidden-word');
      expect(stderr).not.toContain(new URL(stage.url).password);
    }
  });
});
