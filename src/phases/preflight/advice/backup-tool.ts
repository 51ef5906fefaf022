import type pg from 'pg';
import { MigrationError } from '../../../failures.ts';
import { findTool, type SearchPlaces } from '../../../schema/postgres-tools.ts';
import { TARGET_SCHEMA } from '../../engine.ts';
import type { Finding } from '../finding.ts';

/** `pg_dump` must be at least as new as the server: without it a run that has something to back up fails. */
export async function checkBackupTool(client: pg.ClientBase, places?: SearchPlaces): Promise<Finding[]> {
  const { rows } = await client.query<{ major: number; there: boolean }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major, to_regnamespace($1) IS NOT NULL AS there`,
    [TARGET_SCHEMA],
  );
  const { major, there } = rows[0]!;
  try {
    findTool('pg_dump', major, 'BackupFailed', places);
    return [];
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const cause = there
      ? `Schema ${TARGET_SCHEMA} is backed up before it is replaced.`
      : 'There is nothing to back up yet, but the next run will have.';
    const next = `${error.next ?? ''} Workers on other machines need it, too.`;
    return [{ level: there ? 'block' : 'warn', type: 'BackupFailed', what: error.message.replace(/ Next: .*$/s, ''), cause, next }];
  }
}
