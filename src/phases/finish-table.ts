import { holdEpoch, type RunRef } from '../db/ledger/fence.ts';
import { readRunFacts } from '../db/ledger/run-facts.ts';
import { transaction } from '../db/postgres/transaction.ts';
import { MigrationError } from '../failures.ts';
import { planHash } from '../plan/hash.ts';
import { REJECTED_FOR_VALUES, rejectLimit } from '../plan/reject-limit.ts';
import type { Attempt, Engine } from './engine.ts';
import { planProofsOf } from './proof/plan-proofs.ts';
import { withRun } from './run-session.ts';
import type { StepStatus } from './step-types.ts';

/**
 * After a table's last chunk: sums it up, and stops it where more rows were rejected for their values than was allowed. Returns the steps
 * by which the table's chunks are proved, which may begin now; none where the run proves counts only.
 */
export async function finishTable(engine: Engine, ref: RunRef, table: string, attempt: Attempt): Promise<readonly StepStatus[]> {
  return withRun(engine, ref, 'TableFailed', attempt, async (client) => {
    const facts = await readRunFacts(client, ref, planHash);
    return transaction(client, {}, async () => {
      const { rows } = await client.query<{
        open: number;
        source: number;
        loaded: number;
        merged: number;
        rejected: number;
        adjusted: number;
      }>(
        `SELECT count(*) FILTER (WHERE state <> 'done' OR moved) AS open, coalesce(sum(source_rows), 0)::float8 AS source,
                coalesce(sum(rows), 0)::float8 AS loaded, coalesce(sum(merged), 0)::float8 AS merged,
                coalesce(sum(rejected), 0)::float8 AS rejected, coalesce(sum(adjusted), 0)::float8 AS adjusted
           FROM identity_migration.chunks WHERE run = $1 AND table_name = $2`,
        [ref.run, table],
      );
      const sum = rows[0]!;
      if (sum.open > 0) throw new MigrationError('Fenced', { message: `${sum.open} chunks of ${table} have not landed yet.` });
      const counted = await client.query<{ reason: string; detail: string; n: number }>(
        `SELECT reason, detail, count(*) AS n FROM identity_migration.rejects
          WHERE run = $1 AND table_name = $2 AND replayed_at IS NULL AND reason = ANY($3) GROUP BY 1, 2 ORDER BY 3 DESC`,
        [ref.run, table, REJECTED_FOR_VALUES],
      );
      const rejected = counted.rows.reduce((total, row) => total + row.n, 0);
      const limit = rejectLimit(table, facts.input.maxRejected, sum.source);
      if (rejected > limit) {
        throw new MigrationError('TooManyRejected', {
          message: `${rejected} rows of ${table} were rejected, ${limit} are allowed: ${counted.rows
            .slice(0, 5)
            .map((row) => `${row.n} × ${row.reason} (${row.detail})`)
            .join(', ')}.`,
          next: `mend the source, or start again with {"maxRejected": {"${table}": ${rejected}}}.`,
          table,
        });
      }
      await client.query(
        `UPDATE identity_migration.tables
            SET state = 'copied', source_rows = $3, loaded = $4, merged = $5, rejected = $6, adjusted = $7, finished_at = now()
          WHERE run = $1 AND table_name = $2`,
        [ref.run, table, sum.source, sum.loaded, sum.merged, sum.rejected, sum.adjusted],
      );
      const proofs = facts.input.verify === 'full' ? await planProofsOf(client, ref, table) : [];
      await holdEpoch(client, ref);
      return proofs;
    });
  });
}

/** Marks a table as failed, so that the others go on without it. */
export async function failTable(
  engine: Engine,
  ref: RunRef,
  table: string,
  failure: { readonly type: string; readonly message: string },
  attempt: Attempt,
): Promise<void> {
  await withRun(engine, ref, 'TableFailed', attempt, (client) =>
    transaction(client, {}, async () => {
      await client.query(`UPDATE identity_migration.tables SET state = 'failed', failure = $3 WHERE run = $1 AND table_name = $2`, [
        ref.run,
        table,
        JSON.stringify(failure),
      ]);
      await holdEpoch(client, ref);
    }),
  );
}
