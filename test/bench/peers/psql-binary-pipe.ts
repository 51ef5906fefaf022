import { join } from 'node:path';
import { PEER_DATABASE, type LegacyServers } from '../servers/legacy-servers.ts';
import { runShell } from './run-program.ts';

/** `psql` writing a binary COPY of a query, piped into `psql` reading it into a table of the database `peer`. */
export async function psqlBinaryPipe({ source, sourceUrl, target }: LegacyServers, query: string, table: string): Promise<void> {
  const psql = '"$PSQL" --no-psqlrc -q -v ON_ERROR_STOP=1';
  await runShell(`${psql} "$SOURCE" -c "$OUT" | ${psql} "$TARGET" -c "$IN"`, {
    PSQL: join(source.binDirectory, 'psql'),
    PGTZ: 'UTC',
    SOURCE: sourceUrl,
    TARGET: target.url(PEER_DATABASE),
    OUT: `COPY (${query}) TO STDOUT (FORMAT binary)`,
    IN: `COPY ${table} FROM STDIN (FORMAT binary)`,
  });
}
