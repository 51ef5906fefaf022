import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKFLOW_ID, type RunResult } from '../../src/contract.ts';
import { readPredictions, type Prediction } from '../../src/db/ledger/predictions.ts';
import { readOutcome } from '../../src/local/demo/outcome.ts';
import { findTemporal } from '../../src/local/install/find-temporal.ts';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { linesOfOutcome, linesOfPredictions } from '../db/prediction-lines.ts';
import type { Check } from '../../src/report/outcome.ts';
import type { RunEvent } from '../../src/report/run-events.ts';
import { ReportPage } from './report-page.ts';
import { Stage } from './stage.ts';

/** Small chunks, so that a run has many; a dead worker is noticed soon. */
const ENVIRONMENT = { CHUNK_ROWS: '60', HEARTBEAT_TIMEOUT: '5s' };

describe.each([...mysqlFamilies()])('the main job on real servers in three time zones ($family)', (family) => {
  let stage: Stage;
  let before: Awaited<ReturnType<Stage['sources']>>;
  let undisturbed: Record<string, string>;
  let accounting: string[];
  let reportPath: string;

  beforeAll(async () => {
    stage = await Stage.open({ name: `main-job-${family.family.replace(' ', '')}`, family, environment: ENVIRONMENT });
    before = await stage.sources();
    await stage.startWorker();
  });
  afterAll(() => stage.close());

  it('a dry run says what a run would do, and writes nothing', async () => {
    const { code, stdout, stderr } = await stage.cli(['start', '--wait', '--json', '--input', '{"dryRun": true}']);
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as RunResult;
    expect(result).toMatchObject({ status: 'predicted', run: null, reportPath: null });
    for (const { table, source, loaded, merged, rejected, adjusted } of result.tables) {
      const { reasons: _reasons, ...planted } = stage.manifest.tables[table]!;
      expect([table, { source, loaded, merged, rejected, adjusted }]).toEqual([table, planted]);
    }
    expect(await stage.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'identity%'")).toEqual([]);
  });

  it.each([
    [[{ nope: 1 }], /nope/],
    [[{ concurrency: 0 }], /concurrency/],
    [[{ reason: 'postgres://u:hunter2@h/d' }], /reason/],
    [['text'], /JSON object/],
    [[{}, { run: 'x', epoch: 9 }], /one JSON object/],
  ])('input %j fails the run at once, naming the field', async (args, message) => {
    const failure = await stage.failureOf(args);
    expect(failure.type).toBe('InvalidInput');
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toContain('hunter2');
  });

  it('an unknown workflow type fails with a clear message', async () => {
    expect(await stage.failureOf([], 'migrateidentity')).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('migrateIdentity') as string,
    });
  });

  it('ends as the manifest says, in one go', async () => {
    const { code, stdout, stderr } = await stage.cli(['start', '--wait', '--json']);
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as RunResult;
    expect(result.status).toBe('done');
    expect(result.tables).toHaveLength(36);
    expect(result.tables.filter(({ proof }) => proof !== 'full')).toEqual([]);
    await expectManifest(stage);
    expect(linesOfPredictions(await predictionsOf(stage, result.run!))).toEqual(
      linesOfOutcome(await readOutcome(stage.target.url('identity'))),
    );
    undisturbed = await stage.contents('identity');
    accounting = await stage.accounting();
    reportPath = result.reportPath!;
  });

  it('reports it: as predicted, proved, by whom and how long, on a page that asks for nothing', async () => {
    const report = JSON.parse(readFileSync(reportPath.replace(/md$/, 'json'), 'utf8')) as {
      readonly checks: readonly Check[];
      readonly events: readonly RunEvent[];
      readonly phases: readonly { readonly phase: string }[];
    };
    // The target was empty: there was nothing to back up.
    expect(report.checks.filter(({ ok }) => ok !== true).map(({ text }) => text)).toEqual(['nothing, so there is no backup']);
    expect(report.events[0]).toMatchObject({ event: 'start', by: expect.stringMatching(/^identity-migrate:.+@/) as string });
    expect(report.phases.map(({ phase }) => phase)).toEqual([
      ...['preflight', 'backup', 'drop', 'create', 'copy', 'reconcile', 'constrain', 'verify', 'report'],
    ]);
    const page = await ReportPage.open(reportPath.replace(/md$/, 'html'));
    try {
      expect(await page.page.getByRole('heading', { level: 1 }).innerText()).toContain('none lost');
      expect(page.complaints).toEqual([]);
    } finally {
      await page.close();
    }
  });

  it('verify proves it again, without Temporal', async () => {
    const { code, stdout } = await stage.cli(['verify', '--json'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'agree' });
    expect(code).toBe(0);
  });

  it('leaves every constraint and index of the revisions, valid, no carry column, and identity values above every id', async () => {
    const [counts] = await stage.query<{ keys: number; invalid: number; carry: number }>(
      `SELECT (SELECT count(*)::int FROM pg_constraint WHERE connamespace = 'identity'::regnamespace AND contype IN ('p', 'u', 'f')) AS keys,
              (SELECT count(*)::int FROM pg_constraint WHERE connamespace = 'identity'::regnamespace AND NOT convalidated) AS invalid,
              (SELECT count(*)::int FROM information_schema.columns WHERE table_schema = 'identity' AND column_name LIKE '\\_%') AS carry`,
    );
    expect(counts).toMatchObject({ invalid: 0, carry: 0 });
    expect(counts!.keys).toBeGreaterThan(80);
    const unindexed = await stage.query(
      `SELECT conrelid::regclass::text, conname FROM pg_constraint c WHERE contype = 'f' AND connamespace = 'identity'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])`,
    );
    expect(unindexed).toEqual([]);
    const [ids] = await stage.query<{ user: number; email: number }>(
      `WITH u AS (INSERT INTO identity.users (handle) VALUES ('next one') RETURNING id), e AS (INSERT INTO identity.emails DEFAULT VALUES RETURNING id)
       SELECT u.id::int AS user, e.id::int AS email FROM u, e`,
    );
    await stage.query("DELETE FROM identity.users WHERE handle = 'next one'");
    await stage.query('DELETE FROM identity.emails WHERE id = $1', [ids!.email]);
    const [highest] = await stage.query<{ user: number; email: number }>(
      'SELECT max(u.id)::int AS user, (SELECT max(id) FROM identity.emails)::int AS email FROM identity.users u',
    );
    expect(ids!.user).toBeGreaterThan(Math.max(88_770_000, highest!.user));
    expect(ids!.email).toBeGreaterThan(Math.max(70_100_000, highest!.email));
  });

  it('carries times as UTC, passwords byte for byte and codes not at all', async () => {
    const [source] = await stage.query<{ id: string; login: string; password: string }>(
      `SELECT u.user_id::text AS id, to_char(u.last_login, 'YYYY-MM-DD HH24:MI:SS.US') AS login, s.password
         FROM common_oltp."user" u JOIN common_oltp.security_user s ON s.login_id = u.user_id WHERE u.last_login IS NOT NULL ORDER BY 1 LIMIT 1`,
      [],
      stage.sourceUrl,
    );
    const [row] = await stage.query<{ login: string; password_hash: string }>(
      `SELECT to_char(last_login_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS login, password_hash FROM identity.users WHERE id = $1`,
      [source!.id],
    );
    expect(row).toEqual({ login: source!.login, password_hash: source!.password });
    const role = await stage.mysql.client(
      { sql: "SELECT DATE_FORMAT(createdAt, '%Y-%m-%d %H:%i:%s') FROM role WHERE id = 2;" },
      'authorization_db',
    );
    const [moved] = await stage.query<{ at: string }>(
      `SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS at FROM identity.roles WHERE id = 2`,
    );
    expect(moved!.at).toBe(role.trim());
    const codes = await stage.query(
      `SELECT FROM identity.mfa_challenges WHERE challenge_code_hash IS NOT NULL UNION ALL SELECT FROM identity.password_resets WHERE token_hash IS NOT NULL
       UNION ALL SELECT FROM identity.email_verifications WHERE token_hash IS NOT NULL`,
    );
    expect(codes).toEqual([]);
  });

  it('refuses a second start on the finished target', async () => {
    const { code, stderr } = await stage.cli(['start', '--wait']);
    expect(stderr).toMatch(/error: AlreadyMigrated: .*fresh/);
    expect(code).toBe(1);
  });

  it('refuses to drop what was written to since, and names it', async () => {
    await stage.query("UPDATE identity.countries SET name = 'Changed' WHERE code = '840'");
    const { code, stderr } = await stage.cli(['start', '--wait', '--input', '{"fresh": true}']);
    expect(stderr).toMatch(/error: NotOurSchema: .*countries.*adopt/);
    expect(code).toBe(1);
    const verified = await stage.cli(['verify']);
    expect(verified.stdout).toContain('countries {"country_code":"840"}: differs in name');
    expect([verified.code, verified.stderr.includes('do not agree: countries')]).toEqual([3, true]);
  });

  it('never drops what it did not make', async () => {
    await stage.query('CREATE VIEW identity.theirs AS SELECT 1 AS one');
    const { stderr } = await stage.cli(['start', '--wait', '--input', '{"fresh": true, "adopt": true}']);
    expect(stderr).toMatch(/error: NotOurSchema: .*view theirs/);
    await stage.query('DROP VIEW identity.theirs');
  });

  it('started afresh by the temporal command over the changed target, its workers killed in mid-copy: the same end, after a backup', async () => {
    const worker = await stage.startWorker();
    const start = ['workflow', 'start', '--type', 'migrateIdentity', '-w', DEFAULT_WORKFLOW_ID, '-i', '{"fresh": true, "adopt": true}'];
    await promisify(execFile)(
      findTemporal()!,
      ['--env-file', 'temporal.yaml', '--env', 'local', ...start, '--address', stage.temporal.address],
      { cwd: PROJECT_DIRECTORY },
    );
    await waitUntil(
      async () => {
        const [row] = await stage.query<{ done: number; open: number }>(
          `SELECT count(*) FILTER (WHERE c.state = 'done')::int AS done, count(*) FILTER (WHERE c.state <> 'done')::int AS open
             FROM identity_migration.runs r JOIN identity_migration.chunks c USING (run) WHERE r.state = 'running'`,
        );
        if (row === undefined || row.done < 10 || row.open === 0) throw new Error('not in mid-copy yet');
      },
      { forMs: 120_000, everyMs: 20 },
    );
    // Both workers die, so that none is left to go on.
    await stage.killWorkers();
    expect(worker.signalCode).toBe('SIGKILL');
    const [left] = await stage.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM identity_migration.chunks JOIN identity_migration.runs r USING (run) WHERE r.state = 'running' AND chunks.state <> 'done'`,
    );
    expect(left!.open).toBeGreaterThan(0);
    await stage.startWorker();
    const { code, stderr } = await stage.cli(['watch']);
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
    await expectManifest(stage);
    expect(await stage.contents('identity')).toEqual(undisturbed);
    expect(await stage.accounting()).toEqual(accounting);
    const [backup] = await stage.query<{ verified: boolean; sha256: string }>(
      'SELECT verified_at IS NOT NULL AS verified, sha256 FROM identity_migration.backups',
    );
    expect(backup).toMatchObject({ verified: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });

  it('has not changed a byte of the sources', async () => {
    expect(await stage.sources()).toEqual(before);
  });

  it('lists the runs, and tells of the last one', async () => {
    const runs = JSON.parse((await stage.cli(['runs', '--json'])).stdout) as { state: string }[];
    expect(runs.map((run) => run.state)).toEqual(['done', 'done']);
    const { stdout } = await stage.cli(['report', '--format', 'md']);
    expect(stdout).toContain('handle_twin');
  });

  it('leaves the schema at head, without drift, to be changed as any other', async () => {
    const { code, stdout } = await stage.cli(['status', '--json']);
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
      code: 0,
      current: loadRevisions().at(-1)!.revision,
      pending: [],
      changed: [],
      drift: [],
      lastRun: { state: 'done', workflowId: DEFAULT_WORKFLOW_ID },
    });
    const users = await stage.query('SELECT count(*)::int AS users FROM identity.users');
    expect((await stage.cli(['rollback', '0001', '--yes'])).code).toBe(0);
    expect((await stage.cli(['migrate'])).code).toBe(0);
    expect((await stage.cli(['status'])).code).toBe(0);
    expect(await stage.query('SELECT count(*)::int AS users FROM identity.users')).toEqual(users);
  });
});

/** The equation and every reason's count, against what the sample says it planted. */
async function expectManifest(stage: Stage): Promise<void> {
  const last = '(SELECT run FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1)';
  const tables = await stage.query<{ table: string; source: number; loaded: number; merged: number; rejected: number; adjusted: number }>(
    `SELECT table_name AS "table", source_rows::int AS source, loaded::int, merged::int, rejected::int, adjusted::int FROM identity_migration.tables WHERE run = ${last} ORDER BY 1`,
  );
  const expected = Object.entries(stage.manifest.tables).map(([table, { source, loaded, merged, rejected, adjusted }]) => ({
    table,
    source,
    loaded,
    merged,
    rejected,
    adjusted,
  }));
  expect(tables).toEqual(expected.sort((a, b) => (a.table < b.table ? -1 : 1)));
  const planted = await stage.query<{ table: string; reason: string; rows: number }>(
    `SELECT "table", reason, sum(rows)::int AS rows FROM (
       SELECT table_name AS "table", reason, count(*) AS rows FROM identity_migration.rejects WHERE run = ${last} GROUP BY 1, 2
       UNION ALL SELECT table_name, reason, sum(rows) FROM identity_migration.adjustments WHERE run = ${last} GROUP BY 1, 2
       UNION ALL SELECT table_name, 'exact_duplicate', merged FROM identity_migration.tables WHERE run = ${last} AND merged > 0) each GROUP BY 1, 2`,
  );
  const sorted = (rows: readonly { table: string; reason: string; rows: number }[]) =>
    rows.map((row) => `${row.table} ${row.reason} ${row.rows}`).sort();
  expect(sorted(planted)).toEqual(sorted(stage.manifest.planted));
  for (const { table, present } of await counted(stage)) expect([table, present]).toEqual([table, stage.manifest.tables[table]!.loaded]);
}

async function predictionsOf(stage: Stage, run: string): Promise<Prediction[]> {
  const client = new pg.Client({ connectionString: stage.target.url('identity') });
  await client.connect();
  try {
    return await readPredictions(client, run);
  } finally {
    await client.end();
  }
}

async function counted(stage: Stage): Promise<{ table: string; present: number }[]> {
  const contents = await stage.contents('identity');
  return Object.entries(contents).map(([table, sum]) => ({ table, present: Number(sum.split('/')[0]) }));
}
