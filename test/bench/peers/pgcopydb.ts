import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../../src/local/install/find-program.ts';
import { PEER_DATABASE, type LegacyServers } from '../servers/legacy-servers.ts';
import { runProgram } from './run-program.ts';

export function findPgcopydb(): string | null {
  return findProgram('pgcopydb');
}

/** The data of some tables of common_oltp (all of them where none are named), two at a time; the tables are in the database `peer` already. */
export async function pgcopydb({ servers, sourceUrl, target }: LegacyServers, tables: readonly string[] = []): Promise<void> {
  const directory = join(servers.directory, 'pgcopydb');
  const filters = `${directory}.ini`;
  rmSync(directory, { recursive: true, force: true });
  const only =
    tables.length === 0
      ? ['[include-only-schema]', 'common_oltp']
      : ['[include-only-table]', ...tables.map((table) => `common_oltp.${table}`)];
  writeFileSync(filters, `${only.join('\n')}\n`);
  await runProgram('pgcopydb', [
    ...['copy', 'table-data', '--table-jobs', '2', '--not-consistent', '--dir', directory, '--filters', filters],
    ...['--source', sourceUrl, '--target', target.url(PEER_DATABASE)],
  ]);
}
