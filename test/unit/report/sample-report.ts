import type { ChunkReport, ReportData } from '../../../src/report/report-data.ts';

const START = Date.parse('2026-01-31T12:00:00.000Z');
/** ISO time, seconds after the start of the sample's run. */
export const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

const chunk = (over: Partial<ChunkReport>): ChunkReport => ({
  ...{ table: 'users', chunk: 1, state: 'done', rows: 6_000, bytes: 900_000, attempt: 1, proved: true, worker: 'host-b:2' },
  ...{ startedAt: at(1), finishedAt: at(3) },
  ...over,
});

/** A failed run with one finished table, one that failed, and words of an operator that look like markup. */
export const sampleReport: ReportData = {
  run: '0b1f3c9e-58a4-4d1b-9b0e-0d9a4a3f7c11',
  workflowId: 'migrate-identity',
  epoch: 2,
  state: 'failed',
  phase: 'copy',
  planHash: 'c0ffee',
  startedAt: at(0),
  finishedAt: at(9),
  seconds: 9,
  input: { concurrency: 4, reason: 'a | b <script> `x`' },
  failure: { type: 'TableFailed', message: '1 of the tables failed.' },
  servers: { target: 'PostgreSQL 15.6', authorization_db: 'MariaDB 10.11' },
  builds: { atOnce: 4, maintenance_work_mem: '262144kB', max_parallel_maintenance_workers: '2' },
  tables: [
    {
      ...{ table: 'users', state: 'done', source: 10_000, loaded: 9_990, merged: 0, rejected: 10, adjusted: 12, seconds: 3.2 },
      ...{ proof: 'full', failure: null },
    },
    {
      ...{ table: 'roles', state: 'failed', source: 20, loaded: null, merged: null, rejected: null, adjusted: null, seconds: null },
      ...{ proof: null, failure: { type: 'TableFailed', message: 'the source has no column name' } },
    },
  ],
  rejects: [{ table: 'users', source: 'common_oltp', sourceTable: 'user', reason: 'orphan', rows: 7, replayed: 0 }],
  adjustments: [
    { table: 'users', column: 'email', reason: 'email_twin', sideSource: null, rows: 9 },
    { table: 'users', column: null, reason: 'not_carried', sideSource: 'contact', rows: 3 },
  ],
  chunks: [
    chunk({}),
    chunk({ chunk: 2, rows: 4_000, bytes: 600_000, attempt: 2, proved: false, worker: 'host-a:1', startedAt: at(2), finishedAt: at(4) }),
  ],
  events: [
    {
      ...{ event: 'start', epoch: 1, at: at(0), by: 'temporal-cli:ada@host', askedAt: at(-2), workflowId: 'migrate-identity' },
      ...{ reason: 'a | b <script>', phase: 'backup' },
    },
    { event: 'phase', epoch: 1, at: at(1), phase: 'copy' },
    { event: 'pause', epoch: 1, at: at(3), reason: 'lunch <b>' },
    { event: 'resume', epoch: 1, at: at(4) },
    { event: 'moved', epoch: 1, at: at(4), round: 1, table: 'users', chunks: 1, rows: 4_000 },
    { event: 'end', epoch: 1, at: at(5), state: 'failed', type: 'TableFailed' },
    {
      ...{ event: 'start', epoch: 2, at: at(7), by: null, askedAt: null, workflowId: 'migrate-identity', reason: null, phase: 'copy' },
    },
    { event: 'end', epoch: 2, at: at(9), state: 'failed', type: 'TableFailed' },
  ],
  steps: [
    { list: 'proof', step: 'users: prove chunk 1', kind: null, table: 'users', done: true, seconds: 0.5 },
    { list: 'constrain', step: 'users: users_pkey', kind: 'unique_index', table: 'users', done: true, seconds: 0.25 },
    { list: 'constrain', step: 'users: users_org', kind: 'index', table: 'users', done: false, seconds: null },
  ],
  predictions: [
    { table: 'users', kind: 'source', reason: '', rows: 10_000, exact: true },
    { table: 'users', kind: 'loaded', reason: '', rows: 9_991, exact: true },
    { table: 'users', kind: 'rejected', reason: 'orphan', rows: 7, exact: true },
    { table: 'users', kind: 'adjusted', reason: 'email_twin', rows: 8, exact: false },
    { table: 'users', kind: 'adjusted', reason: 'handle_twin', rows: 2, exact: true },
    { table: 'roles', kind: 'loaded', reason: '', rows: 20, exact: true },
  ],
  differences: [{ table: 'users', kind: 'differs', rows: 3 }],
  backup: {
    path: '/backups/a.dump',
    host: 'host-a',
    bytes: 2_000_000,
    sha256: 'abc',
    verifiedAt: at(4.5),
    createdAt: at(3),
  },
};
