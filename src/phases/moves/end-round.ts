import { noteEvent } from '../../db/ledger/events.ts';
import { holdEpoch, lockRun, type RunRef } from '../../db/ledger/fence.ts';
import { readOverview, type TableOverview } from '../../db/ledger/overview.ts';
import { countOpenSteps } from '../../db/ledger/steps.ts';
import { transaction } from '../../db/postgres/transaction.ts';
import { MigrationError } from '../../failures.ts';
import { takeOffKeyIndexes } from '../proof/key-index.ts';
import type { Attempt, Engine } from '../engine.ts';
import { withRun } from '../run-session.ts';

/** How often a source that moves is copied again. */
export const MOST_ROUNDS = 3;

/**
 * Ends a round of looking: the tables of which chunks moved, which are to be copied again; none where the sources stood still.
 * Throws VerificationFailed where they still move after the last round, naming table, chunks and rows.
 */
export async function endRound(engine: Engine, ref: RunRef, round: number, attempt: Attempt): Promise<TableOverview[]> {
  return withRun(engine, ref, 'VerificationFailed', attempt, (client) =>
    transaction(client, {}, async () => {
      await lockRun(client, ref);
      const open = await countOpenSteps(client, ref, 'moves');
      if (open > 0) throw new MigrationError('Fenced', { message: `${open} chunks have not been looked at yet.` });
      const { rows: moved } = await client.query<{ table: string; chunks: string; count: number; rows: number }>(
        `SELECT table_name AS "table", string_agg(chunk::text, ', ' ORDER BY chunk) AS chunks, count(*)::float8 AS count, sum(source_rows)::float8 AS rows
           FROM identity_migration.chunks WHERE run = $1 AND moved GROUP BY 1 ORDER BY 1`,
        [ref.run],
      );
      if (moved.length === 0) return [];
      if (round > MOST_ROUNDS) {
        throw new MigrationError('VerificationFailed', {
          message: `The sources still move after ${MOST_ROUNDS} rounds of copying again: ${moved
            .map(({ table, chunks, rows }) => `${table} chunk ${chunks} (${rows} rows)`)
            .join('; ')}.`,
          next: 'stop what writes to the sources, then start again: only what moved is copied.',
        });
      }
      for (const { table, count, rows } of moved) await noteEvent(client, ref, { event: 'moved', round, table, chunks: count, rows });
      const names = moved.map(({ table }) => table);
      await client.query('UPDATE identity_migration.runs SET heal_rounds = $2, heal_epoch = epoch WHERE run = $1', [ref.run, round]);
      await client.query(`UPDATE identity_migration.tables SET state = 'copying' WHERE run = $1 AND table_name = ANY($2)`, [
        ref.run,
        names,
      ]);
      await takeOffKeyIndexes(client, ref, names);
      const tables = await readOverview(client, ref);
      await holdEpoch(client, ref);
      return tables.filter(({ table }) => names.includes(table));
    }),
  );
}
