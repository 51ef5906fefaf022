import type pg from 'pg';
import type { RunRef } from '../../db/ledger/fence.ts';
import { MigrationError } from '../../failures.ts';
import { tableFingerprint } from '../../schema/ownership.ts';
import { TARGET_SCHEMA } from '../engine.ts';

interface Account {
  readonly source: number;
  readonly merged: number;
  readonly rejected: number;
  readonly adjusted: number;
}

/** Every chunk proved, in a run that was to prove them; a table that starts empty has none. */
const PROOF = `CASE WHEN (SELECT input ->> 'verify' FROM identity_migration.runs WHERE run = $1) = 'full' AND NOT EXISTS (
  SELECT FROM identity_migration.chunks WHERE run = $1 AND table_name = $2 AND proved_at IS NULL) THEN 'full' ELSE 'counts' END`;

/**
 * Every source row is accounted for: rows of the driving query = loaded + merged + rejected, each counted where it is now and none
 * carried forward. Records the totals, and the table's checksum, by which a later start sees whether it was written to.
 */
export async function checkEquation(client: pg.ClientBase, ref: RunRef, table: string): Promise<number> {
  const { rows } = await client.query<Account>(
    `SELECT (SELECT coalesce(sum(source_rows), 0) FROM identity_migration.chunks WHERE run = $1 AND table_name = $2)::float8 AS source,
            (SELECT coalesce(sum(merged), 0) FROM identity_migration.chunks WHERE run = $1 AND table_name = $2)::float8 AS merged,
            (SELECT count(*) FROM identity_migration.rejects WHERE run = $1 AND table_name = $2 AND replayed_at IS NULL)::float8 AS rejected,
            (SELECT coalesce(sum(rows), 0) FROM identity_migration.adjustments WHERE run = $1 AND table_name = $2)::float8 AS adjusted`,
    [ref.run, table],
  );
  const { source, merged, rejected, adjusted } = rows[0]!;
  const { rows: loaded, checksum } = await tableFingerprint(client, TARGET_SCHEMA, table);
  if (source !== loaded + merged + rejected) {
    throw new MigrationError('VerificationFailed', {
      message: `${table}: ${source} source rows, but ${loaded} loaded + ${merged} merged + ${rejected} rejected = ${loaded + merged + rejected}.`,
      next: 'nothing was written to the sources; look at who else writes to the target, and start with {"fresh": true}.',
      table,
    });
  }
  await client.query(
    `UPDATE identity_migration.tables SET source_rows = $3, loaded = $4, merged = $5, rejected = $6, adjusted = $7, checksum = $8, proof = ${PROOF}
      WHERE run = $1 AND table_name = $2`,
    [ref.run, table, source, loaded, merged, rejected, adjusted, checksum],
  );
  return loaded;
}
