import type { ReportData } from '../../../src/report/report-data.ts';

/** A failed run with one finished table, one that failed, and words of an operator that look like markup. */
export const sampleReport: ReportData = {
  run: '0b1f3c9e-58a4-4d1b-9b0e-0d9a4a3f7c11',
  workflowId: 'migrate-identity',
  epoch: 2,
  state: 'failed',
  phase: 'copy',
  planHash: 'c0ffee',
  startedAt: '2026-01-31T12:00:00.000Z',
  finishedAt: '2026-01-31T12:00:09.000Z',
  seconds: 9,
  input: { concurrency: 4, reason: 'a | b <script> `x`' },
  failure: { type: 'TableFailed', message: '1 of the tables failed.' },
  servers: { target: 'PostgreSQL 15.6', authorization_db: 'MariaDB 10.11' },
  tables: [
    { table: 'users', state: 'done', source: 10_000, loaded: 9_990, merged: 0, rejected: 10, adjusted: 12, seconds: 3.2, proof: 'full', failure: null },
    {
      table: 'roles', state: 'failed', source: 20, loaded: null, merged: null, rejected: null, adjusted: null, seconds: null, proof: null,
      failure: { type: 'TableFailed', message: 'the source has no column name' },
    },
  ],
  rejects: [{ table: 'users', source: 'common_oltp', sourceTable: 'user', reason: 'orphan', rows: 7, replayed: 2 }],
  adjustments: [
    { table: 'users', column: 'email', reason: 'email_twin', sideSource: null, rows: 9 },
    { table: 'users', column: null, reason: 'not_carried', sideSource: 'contact', rows: 3 },
  ],
  chunks: [
    {
      table: 'users', chunk: 1, state: 'done', rows: 6_000, bytes: 900_000, attempt: 1, worker: 'host-b:2',
      startedAt: '2026-01-31T12:00:01.000Z', finishedAt: '2026-01-31T12:00:03.000Z',
    },
    {
      table: 'users', chunk: 2, state: 'done', rows: 4_000, bytes: 600_000, attempt: 2, worker: 'host-a:1',
      startedAt: '2026-01-31T12:00:02.000Z', finishedAt: '2026-01-31T12:00:04.000Z',
    },
  ],
  backup: {
    path: '/backups/a.dump', host: 'host-a', bytes: 2_000_000, sha256: 'abc',
    verifiedAt: '2026-01-31T12:00:04.500Z', createdAt: '2026-01-31T12:00:03.000Z',
  },
};
