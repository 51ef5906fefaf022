import type pg from 'pg';
import type { Revision } from './revisions.ts';

/** The schema's own history, and the mark that it is ours. Unqualified, as the revisions are. */
export const CREATE_SCHEMA_REVISIONS = `CREATE TABLE IF NOT EXISTS schema_revisions (
  revision text PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  seconds double precision NOT NULL
)`;

export async function recordRevision(client: pg.ClientBase, revision: Revision, seconds: number): Promise<void> {
  await client.query('INSERT INTO schema_revisions (revision, name, checksum, seconds) VALUES ($1, $2, $3, $4)', [
    revision.revision,
    revision.name,
    revision.checksum,
    seconds,
  ]);
}
