import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../../src/local/install/find-program.ts';
import { PEER_DATABASE, type LegacyServers } from '../servers/legacy-servers.ts';
import { runProgram } from './run-program.ts';

/** What was found to be fastest for narrow rows, and for wide ones: its default of prefetched rows exhausts its heap on these. */
export const PGLOADER_SETTINGS = {
  default: [],
  narrow: ['workers = 2', 'concurrency = 1', 'batch rows = 25000', 'prefetch rows = 25000', 'batch size = 20MB'],
  wide: [
    'workers = 4',
    'concurrency = 2',
    'multiple readers per thread',
    'rows per range = 50000',
    'batch rows = 25000',
    'prefetch rows = 10000',
  ],
  /** Its defaults, but for the rows that it holds of a wide table. */
  careful: ['prefetch rows = 10000'],
} as const;

export function findPgloader(): string | null {
  return findProgram('pgloader');
}

/**
 * Loads tables of authorization_db into the database `peer`, schema `authorization_db`, data alone: no indexes, no keys. Its own casts:
 * bigint for int, timestamptz for datetime with null for zero dates.
 */
export async function pgloader(
  { servers, mysql, target }: LegacyServers,
  tables: readonly string[],
  settings: keyof typeof PGLOADER_SETTINGS,
): Promise<void> {
  const file = join(servers.directory, 'pgloader.load');
  const options = [
    'include drop',
    'create tables',
    'create no indexes',
    'no foreign keys',
    'reset no sequences',
    ...PGLOADER_SETTINGS[settings],
  ];
  const names = tables.map((table) => `'${table}'`).join(', ');
  writeFileSync(
    file,
    `LOAD DATABASE FROM ${mysql.url('root')} INTO ${target.url(PEER_DATABASE)}
  WITH ${options.join(', ')}
  INCLUDING ONLY TABLE NAMES MATCHING ${names};\n`,
  );
  await runProgram('pgloader', ['--no-ssl-cert-verification', file]);
}
