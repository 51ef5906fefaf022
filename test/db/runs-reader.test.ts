import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { listRuns, readRunReport } from '../../src/db/ledger/runs-reader.ts';
import { startPostgres } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { reportHtml } from '../../src/report/html.ts';
import { reportJson } from '../../src/report/json.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { run } from '../unit/cli/run-cli.ts';

const OLD = '00000000-0000-4000-8000-000000000001';
const NEW = '00000000-0000-4000-8000-000000000002';
/** Keys, details and rows that no report may show. */
const HIDDEN = ['4711', 'hunter2', 'ada@example.org', 'users:815'];

let servers: ServerSet;
let client: pg.Client;
let url: string;
let emptyUrl: string;

beforeAll(async () => {
  servers = await ServerSet.forTest('runs-reader');
  const server = await startPostgres({
    servers,
    name: 'postgres',
    timezone: 'Asia/Kathmandu',
    settings: { fsync: 'off', datestyle: 'SQL, DMY' },
  });
  emptyUrl = await server.createDatabase('empty');
  url = await server.createDatabase('identity');
  client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await bootstrapLedger(client);
  await client.query(LEDGER_ROWS);
  await client.query('COMMIT');
});
afterAll(async () => {
  await client?.end();
  await servers?.stopAll();
});

const LEDGER_ROWS = `
INSERT INTO identity_migration.runs
  (run, epoch, workflow_id, first_execution_run_id, lease_until, state, phase, plan_hash, started_at, finished_at, input, fingerprints, absent, servers, failure)
VALUES
  ('${OLD}', 1, 'migrate-identity', 'x', now(), 'failed', 'copy', 'p1', '2026-01-30 10:00:00+00', '2026-01-30 10:01:30.5+00',
   '{"reason": "first try"}', '{}', '[]', NULL, '{"type": "TableFailed", "message": "1 of the tables failed."}'),
  ('${NEW}', 3, 'migrate-identity', 'y', now(), 'done', 'unlock', 'p2', '2026-01-31 10:00:00+00', '2026-01-31 10:00:20+00',
   '{"concurrency": 4}', '{}', '[]', '{"target": "PostgreSQL 15.6"}', NULL);
UPDATE identity_migration.runs SET builds = '{"atOnce": 4, "maintenance_work_mem": "65536kB"}' WHERE run = '${NEW}';
INSERT INTO identity_migration.tables
  (run, table_name, position, state, chunk_rows, source_rows, loaded, merged, rejected, adjusted, proof, started_at, finished_at)
VALUES
  ('${NEW}', 'users', 1, 'done', 10, 5000000000, 4999999998, 0, 2, 7, 'full', '2026-01-31 10:00:01+00', '2026-01-31 10:00:11+00'),
  ('${NEW}', 'emails', 2, 'done', 10, 3, 3, 0, 0, 0, 'none', '2026-01-31 10:00:01+00', '2026-01-31 10:00:02+00');
INSERT INTO identity_migration.chunks (run, table_name, chunk, lower_key, upper_key, state, rows, bytes, attempt, worker, started_at, finished_at)
VALUES ('${NEW}', 'users', 1, NULL, '[4711]', 'done', 10, 6000000000, 2, 'host:1', '2026-01-31 10:00:01.25+00', '2026-01-31 10:00:04+00'),
  ('${NEW}', 'users', 2, '[4711]', NULL, 'planned', NULL, NULL, 0, NULL, NULL, NULL);
INSERT INTO identity_migration.rejects (run, table_name, source, source_table, source_key, reason, detail, row, replayed_at)
VALUES ('${NEW}', 'users', 'common_oltp', 'user', '{"user_id": 4711}', 'orphan', 'users:815', '{"email": "ada@example.org"}', NULL),
  ('${NEW}', 'users', 'common_oltp', 'user', '{"user_id": 4712}', 'orphan', 'users:815', '{"email": "hunter2"}', now());
INSERT INTO identity_migration.adjustments (run, table_name, chunk, column_name, reason, source_key, detail, rows)
VALUES ('${NEW}', 'users', 1, 'created_at', 'zero_date', NULL, NULL, 3), ('${NEW}', 'users', 2, 'created_at', 'zero_date', NULL, NULL, 1),
  ('${NEW}', 'users', NULL, 'email', 'email_twin', '{"user_id": 4711}', 'kept by 4713', 1),
  ('${NEW}', 'users', NULL, NULL, 'not_carried', NULL, 'contact', 2);
INSERT INTO identity_migration.rejects (run, table_name, source, source_table, source_key, reason, detail, row)
VALUES ('${NEW}', 'user_achievements', 'common_oltp', 'user_achievement',
  '{"user_id": 9007199254740993, "achievement_type_id": null, "description": "hunter2"}', 'orphan', 'users:816', '{"description": "hunter2"}');
INSERT INTO identity_migration.events (run, epoch, at, event, detail)
VALUES ('${NEW}', 3, '2026-01-31 10:00:00+00', 'start',
    '{"by": "temporal-cli:ada@host", "askedAt": "2026-01-31T09:59:58.000Z", "workflowId": "w", "reason": "rehearsal", "phase": "copy"}'),
  ('${NEW}', 3, '2026-01-31 10:00:02+00', 'pause', '{"reason": "lunch"}');
INSERT INTO identity_migration.steps (run, phase, position, step, table_name, work, state, seconds)
VALUES ('${NEW}', 'constrain', 1, 'users: users_pkey', 'users', '{"do": "put back", "item": {"kind": "unique_index"}}', 'done', 0.5),
  ('${NEW}', 'verify', 1, 'verify constraints', NULL, '{"check": "constraints"}', 'planned', NULL);
INSERT INTO identity_migration.differences (run, table_name, chunk, kind, source_key, columns)
VALUES ('${NEW}', 'users', 1, 'differs', '{"user_id": 4711}', '["handle"]');
INSERT INTO identity_migration.backups (run, path, host, bytes, sha256, verified_at, created_at)
VALUES ('${NEW}', '/b/first.dump', 'h', 1, 'aa', NULL, '2026-01-31 10:00:00+00'),
  ('${NEW}', '/b/last.dump', 'h', 5000000000, 'bb', '2026-01-31 10:00:03+00', '2026-01-31 10:00:02+00');
`;

describe('the list of runs', () => {
  test('is newest first, with sums', async () => {
    expect(await listRuns(client)).toEqual([
      {
        ...{ run: NEW, workflowId: 'migrate-identity', state: 'done', phase: 'unlock', reason: null, failure: null },
        ...{
          startedAt: '2026-01-31T10:00:00.000Z',
          finishedAt: '2026-01-31T10:00:20.000Z',
          seconds: 20,
          loaded: 5_000_000_001,
          rejected: 2,
        },
      },
      {
        ...{ run: OLD, workflowId: 'migrate-identity', state: 'failed', phase: 'copy', reason: 'first try' },
        ...{ startedAt: '2026-01-30T10:00:00.000Z', finishedAt: '2026-01-30T10:01:30.500Z', seconds: 90.5, loaded: 0, rejected: 0 },
        failure: { type: 'TableFailed', message: '1 of the tables failed.' },
      },
    ]);
  });

  test('is printed by the command', async () => {
    const { code, stdout } = await run(['runs'], { IDENTITY_DB_URL: url });
    expect(code).toBe(0);
    expect(stdout.split('\n')[2]).toMatch(new RegExp(`^${NEW} +done +unlock +2026-01-31 10:00:00 UTC +20\\.0 s +5,000,000,001 +2$`));
    expect(stdout).toContain('failed (TableFailed)');
    const json = await run(['runs', '--json'], { DATABASE_URL: url });
    expect(JSON.parse(json.stdout)).toHaveLength(2);
  });

  test('is empty where there is no ledger', async () => {
    expect(await run(['runs', '--json'], { IDENTITY_DB_URL: emptyUrl })).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect((await run(['runs'], { IDENTITY_DB_URL: emptyUrl })).stdout).toBe('No run yet in this target.\n');
  });
});

describe('the report of a run', () => {
  test('is of the newest, with tables, rejects, adjustments, chunks and backup', async () => {
    expect(await readRunReport(client)).toEqual({
      ...{ run: NEW, workflowId: 'migrate-identity', epoch: 3, state: 'done', phase: 'unlock', planHash: 'p2', seconds: 20, failure: null },
      ...{ startedAt: '2026-01-31T10:00:00.000Z', finishedAt: '2026-01-31T10:00:20.000Z', input: { concurrency: 4 } },
      servers: { target: 'PostgreSQL 15.6' },
      builds: { atOnce: 4, maintenance_work_mem: '65536kB' },
      tables: [
        {
          ...{ table: 'users', state: 'done', source: 5e9, loaded: 4_999_999_998, merged: 0, rejected: 2, adjusted: 7, seconds: 10 },
          ...{ proof: 'full', failure: null },
        },
        {
          table: 'emails',
          state: 'done',
          source: 3,
          loaded: 3,
          merged: 0,
          rejected: 0,
          adjusted: 0,
          seconds: 1,
          proof: 'none',
          failure: null,
        },
      ],
      rejects: [
        { table: 'users', source: 'common_oltp', sourceTable: 'user', reason: 'orphan', rows: 2, replayed: 1 },
        { table: 'user_achievements', source: 'common_oltp', sourceTable: 'user_achievement', reason: 'orphan', rows: 1, replayed: 0 },
      ],
      adjustments: [
        { table: 'users', column: 'created_at', reason: 'zero_date', sideSource: null, rows: 4 },
        { table: 'users', column: 'email', reason: 'email_twin', sideSource: null, rows: 1 },
        { table: 'users', column: null, reason: 'not_carried', sideSource: 'contact', rows: 2 },
      ],
      chunks: [
        {
          ...{ table: 'users', chunk: 1, state: 'done', rows: 10, bytes: 6e9, attempt: 2, proved: false, worker: 'host:1' },
          ...{ startedAt: '2026-01-31T10:00:01.250Z', finishedAt: '2026-01-31T10:00:04.000Z' },
        },
        {
          table: 'users',
          chunk: 2,
          state: 'planned',
          rows: null,
          bytes: null,
          attempt: 0,
          proved: false,
          worker: null,
          startedAt: null,
          finishedAt: null,
        },
      ],
      events: [
        {
          ...{ event: 'start', epoch: 3, at: '2026-01-31T10:00:00.000Z', by: 'temporal-cli:ada@host', workflowId: 'w' },
          ...{ askedAt: '2026-01-31T09:59:58.000Z', reason: 'rehearsal', phase: 'copy' },
        },
        { event: 'pause', epoch: 3, at: '2026-01-31T10:00:02.000Z', reason: 'lunch' },
      ],
      steps: [
        { list: 'constrain', step: 'users: users_pkey', kind: 'unique_index', table: 'users', done: true, seconds: 0.5 },
        { list: 'verify', step: 'verify constraints', kind: null, table: null, done: false, seconds: null },
      ],
      predictions: [],
      differences: [{ table: 'users', kind: 'differs', rows: 1 }],
      backup: {
        ...{ path: '/b/last.dump', host: 'h', bytes: 5e9, sha256: 'bb' },
        ...{ verifiedAt: '2026-01-31T10:00:03.000Z', createdAt: '2026-01-31T10:00:02.000Z' },
      },
    });
  });

  test('holds no key, detail or row, in any format', async () => {
    const report = await readRunReport(client, NEW);
    for (const text of [reportMarkdown, reportJson, reportHtml].map((format) => format(report!))) {
      expect(HIDDEN.filter((hidden) => text.includes(hidden))).toEqual([]);
    }
  });

  test('is of the run that is asked for, or none', async () => {
    expect(await readRunReport(client, OLD)).toMatchObject({ run: OLD, servers: {}, tables: [], backup: null });
    expect(await readRunReport(client, '00000000-0000-4000-8000-000000000009')).toBeNull();
  });

  test('is printed by the command in each format', async () => {
    const environment = { IDENTITY_DB_URL: url };
    expect((await run(['report'], environment)).stdout).toContain('| users | 5,000,000,000 |');
    expect((await run(['report', '--format', 'html', '--run', OLD], environment)).stdout).toContain(
      `<title>Identity migration ${OLD}</title>`,
    );
    expect(JSON.parse((await run(['report', '--json'], environment)).stdout)).toMatchObject({ run: NEW });
  });

  test('of an unknown run fails', async () => {
    const { code, stderr } = await run(['report', '--run', '00000000-0000-4000-8000-000000000009'], { IDENTITY_DB_URL: url });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: NotFound: This target knows no run .* Next: /);
  });
});

describe('the command rejects', () => {
  const environment = () => ({ IDENTITY_DB_URL: url });

  test('names the rows that are still kept out by key, and says why; of a table without a key it shows ids alone', async () => {
    const { code, stdout } = await run(['rejects', '--json'], environment());
    expect(code).toBe(0);
    const { run: of, rejects } = JSON.parse(stdout) as { run: string; rejects: object[] };
    expect(of).toBe(NEW);
    expect(rejects).toEqual([
      {
        ...{ table: 'users', source: 'common_oltp', sourceTable: 'user', key: { user_id: '4711' }, reason: 'orphan', detail: 'users:815' },
        rejectedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/) as string,
      },
      {
        ...{ table: 'user_achievements', source: 'common_oltp', sourceTable: 'user_achievement', reason: 'orphan', detail: 'users:816' },
        key: { user_id: '9007199254740993', achievement_type_id: null },
        rejectedAt: expect.any(String) as string,
      },
    ]);
    const shown = (await run(['rejects'], environment())).stdout;
    expect(shown).toMatch(/^users +orphan +common_oltp\.user +user_id 4711 +users:815$/m);
    expect(shown).toContain('2 rows (orphan 2) kept out. After a fix: identity-migrate replay.');
    expect(shown).not.toMatch(/hunter2|ada@/);
  });

  test('takes a table, a reason and a run', async () => {
    expect((await run(['rejects', '--table', 'user_achievements'], environment())).stdout).toContain('1 row (orphan 1)');
    expect((await run(['rejects', '--reason', 'null_key'], environment())).stdout).toBe('No row is kept out.\n');
    expect((await run(['rejects', '--run', OLD], environment())).stdout).toBe('No row is kept out.\n');
    expect(await run(['rejects', '--table', 'user'], environment())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The plan has no table user.') as string,
    });
    expect(await run(['rejects'], { IDENTITY_DB_URL: emptyUrl })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: NotFound: This target knows no run\./) as string,
    });
  });

  test('with --adjusted says who lost what to whom: both ids', async () => {
    const { stdout } = await run(['rejects', '--adjusted', '--json'], environment());
    expect(JSON.parse(stdout)).toEqual({
      run: NEW,
      adjusted: [
        { table: 'users', column: 'email', reason: 'email_twin', key: { user_id: '4711' }, keptBy: '4713', detail: null, rows: 1 },
        { table: 'users', column: null, reason: 'not_carried', key: null, keptBy: null, detail: 'contact', rows: 2 },
        { table: 'users', column: 'created_at', reason: 'zero_date', key: null, keptBy: null, detail: null, rows: 4 },
      ],
    });
    const text = await run(['rejects', '--adjusted', '--reason', 'email_twin'], environment());
    expect(text.stdout).toMatch(/^users +email_twin +email +user_id 4711 +4713 +1$/m);
  });
});
