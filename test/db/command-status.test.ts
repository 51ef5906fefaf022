import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { openCommandStage, type CommandStage } from './command-stage.ts';
import { createMarked } from './schema-database.ts';

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

  test.each(['running', 'paused'])('while a run is %s, says so, and takes its unfinished tables for no drift', async (state) => {
    await createMarked(stage.client);
    await stage.client.query('DROP TABLE identity.user_profiles CASCADE');
    expect(await status()).toMatchObject({ code: 3 });
    await bootstrapLedger(stage.client);
    await stage.client.query(`INSERT INTO identity_migration.runs
        (workflow_id, first_execution_run_id, lease_until, state, phase, plan_hash, input, fingerprints, absent)
        VALUES ('w', 'f', now(), '${state}', 'copy', 'p', '{}', '{}', '[]')`);
    expect(await status()).toMatchObject({ code: 0, drift: [], lastRun: { state, phase: 'copy' } });
    expect((await stage.run('status')).stdout).toMatch(/drift +not looked at: a run is under way\nlast run .* (running|paused) \(copy\)/);
    await stage.client.query('DROP SCHEMA identity_migration CASCADE');
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
