import type { ReportData } from '../../../src/report/report-data.ts';
import { at, sampleReport } from './sample-report.ts';

const TABLES = 36;
const CHUNKS = 2_000;
const WORKERS = 4;

/** A finished run as large as they come: every list is full. */
export function largeReport(): ReportData {
  const tables = Array.from({ length: TABLES }, (_table, index) => `user_table_with_a_long_name_${index + 1}`);
  return {
    ...sampleReport,
    ...{ state: 'done', phase: 'unlock', epoch: 1, failure: null, differences: [], finishedAt: at(2_400), seconds: 2_400 },
    servers: {
      ...sampleReport.servers,
      common_oltp: `source common_oltp at ${'a-host-with-a-long-name.'.repeat(4)}internal:5432/common_oltp`,
    },
    tables: tables.map((table) => ({
      ...{
        table,
        state: 'done',
        source: 12_345_678,
        loaded: 12_344_788,
        merged: 90,
        rejected: 800,
        adjusted: 123_456,
        seconds: 5_000,
      },
      ...{ proof: 'full', failure: null },
    })),
    chunks: Array.from({ length: CHUNKS }, (_chunk, index) => ({
      ...{ table: tables[Math.floor((index * TABLES) / CHUNKS)]!, chunk: index + 1, state: 'done', rows: 200_000, bytes: 90_000_000 },
      ...{ attempt: index % 100 === 0 ? 2 : 1, proved: true, worker: `a-worker-with-a-long-host-name-${index % WORKERS}:12345` },
      ...{ startedAt: at(index), finishedAt: at(index + WORKERS + (index % 7)) },
    })),
    events: [
      {
        ...{ event: 'start', epoch: 1, at: at(0), by: 'temporal-cli:ada@a-host-with-a-long-name.internal', askedAt: at(-9) },
        ...{ workflowId: 'migrate-identity', reason: 'the night of the move, after the third rehearsal', phase: 'backup' },
      },
      { event: 'phase', epoch: 1, at: at(60), phase: 'copy' },
      { event: 'phase', epoch: 1, at: at(2_100), phase: 'verify' },
      { event: 'end', epoch: 1, at: at(2_400), state: 'done', type: null },
    ],
    steps: tables.flatMap((table) => [
      { list: 'constrain', step: `${table}: ${table}_pkey`, kind: 'unique_index', table, done: true, seconds: 100 },
      {
        list: 'reconcile',
        step: `${table}: 5 duplicate_key role_id, subject_id, subject_type`,
        kind: null,
        table,
        done: true,
        seconds: 50,
      },
    ]),
    predictions: tables.flatMap((table) => [
      { table, kind: 'source' as const, reason: '', rows: 12_345_678, exact: true },
      { table, kind: 'loaded' as const, reason: '', rows: 12_344_788, exact: false },
      { table, kind: 'rejected' as const, reason: 'orphan', rows: 800, exact: true },
    ]),
    rejects: tables.map((table) => ({ table, source: 'authorization_db', sourceTable: table, reason: 'orphan', rows: 800, replayed: 12 })),
    adjustments: tables.map((table) => ({
      table,
      column: 'organization_id',
      reason: 'orphan_reference',
      sideSource: null,
      rows: 123_456,
    })),
  };
}
