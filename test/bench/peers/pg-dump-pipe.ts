import { PEER_DATABASE, type LegacyServers } from '../servers/legacy-servers.ts';
import { runShell } from './run-program.ts';

/** The data of some tables of common_oltp, as they are, dumped into psql; the tables are in the database `peer` already. */
export async function pgDumpPipe({ source, sourceUrl, target }: LegacyServers, tables: readonly string[]): Promise<void> {
  const only = tables.map((table) => `--table='common_oltp."${table}"'`).join(' ');
  await runShell(`"$BIN/pg_dump" --data-only ${only} "$SOURCE" | "$BIN/psql" --no-psqlrc -q -o /dev/null -v ON_ERROR_STOP=1 "$TARGET"`, {
    BIN: source.binDirectory,
    SOURCE: sourceUrl,
    TARGET: target.url(PEER_DATABASE),
  });
}

/** Makes these tables (all of common_oltp where none are named) in the database `peer`, without keys and indexes. */
export async function makeBareTables({ source, sourceUrl, target }: LegacyServers, tables: readonly string[] = []): Promise<void> {
  const only = tables.length === 0 ? '--schema=common_oltp' : tables.map((table) => `--table='common_oltp."${table}"'`).join(' ');
  const psql = '"$BIN/psql" --no-psqlrc -q -o /dev/null -v ON_ERROR_STOP=1 "$TARGET"';
  const schema = tables.length === 0 ? '' : `${psql} -c 'CREATE SCHEMA IF NOT EXISTS common_oltp'; `;
  await runShell(`${schema}"$BIN/pg_dump" --section=pre-data --no-owner --no-privileges ${only} "$SOURCE" | ${psql}`, {
    BIN: source.binDirectory,
    SOURCE: sourceUrl,
    TARGET: target.url(PEER_DATABASE),
  });
}
