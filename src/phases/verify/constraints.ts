import type pg from 'pg';
import type { RunRef } from '../../db/ledger/fence.ts';
import { MigrationError } from '../../failures.ts';
import type { Definition } from '../../sql/definition.ts';
import { TARGET_SCHEMA } from '../engine.ts';

/** Every constraint and index that create took off is back, valid and ready. Returns how many. */
export async function checkConstraints(client: pg.ClientBase, ref: RunRef): Promise<number> {
  const run = await client.query<{ definitions: Definition[] }>('SELECT definitions FROM identity_migration.runs WHERE run = $1', [
    ref.run,
  ]);
  const expected = run.rows[0]?.definitions ?? [];
  const { rows } = await client.query<{ name: string; valid: boolean }>(
    `SELECT conname AS name, convalidated AS valid FROM pg_constraint WHERE connamespace = to_regnamespace($1)
     UNION ALL
     SELECT c.relname, i.indisvalid AND i.indisready FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = to_regnamespace($1)`,
    [TARGET_SCHEMA],
  );
  const missing = expected.filter(({ name, kind }) => kind !== 'default' && !rows.some((row) => row.name === name)).map(({ name }) => name);
  const invalid = rows.filter((row) => !row.valid).map((row) => row.name);
  if (missing.length > 0 || invalid.length > 0) {
    throw new MigrationError('VerificationFailed', {
      message: `Constraints or indexes of ${TARGET_SCHEMA}: missing ${missing.join(', ') || 'none'}; not valid ${invalid.join(', ') || 'none'}.`,
      next: 'look at who else changes the target; then start with {"fresh": true}.',
    });
  }
  return expected.length;
}
