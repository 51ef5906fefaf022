import pg from 'pg';
import { DEFAULT_OPTIONS } from '../../../src/contract.ts';
import { land } from '../../../src/db/copy/land.ts';
import type { RunRef } from '../../../src/db/ledger/fence.ts';
import { readRunFacts, type RunFacts } from '../../../src/db/ledger/run-facts.ts';
import { withPostgres } from '../../../src/db/postgres/session.ts';
import { transaction } from '../../../src/db/postgres/transaction.ts';
import type { Engine } from '../../../src/phases/engine.ts';
import { withChunkReader } from '../../../src/phases/open-chunk.ts';
import { planHash } from '../../../src/plan/hash.ts';
import { tablePlan } from '../../../src/plan/plan.ts';
import { copyInto } from '../../../src/sql/copy-into.ts';
import type { KeyBounds } from '../../../src/sql/range.ts';
import { alone, pool } from './product.ts';

export interface BareChunks {
  readonly facts: RunFacts;
  readonly table: string;
  readonly bounds: readonly KeyBounds[];
}

/** The chunks of a table as a run's ledger has them. */
export async function readBareChunks(engine: Engine, ref: RunRef, table: string): Promise<BareChunks> {
  const client = new pg.Client({ connectionString: engine.databases.target.url });
  await client.connect();
  try {
    const facts = await readRunFacts(client, ref, planHash);
    const { rows } = await client.query<{ lower: KeyBounds['lower']; upper: KeyBounds['upper']; nullKey: boolean }>(
      `SELECT lower_key AS lower, upper_key AS upper, null_key AS "nullKey" FROM identity_migration.chunks
        WHERE run = $1 AND table_name = $2 ORDER BY chunk`,
      [ref.run, table],
    );
    return { facts, table, bounds: rows };
  } finally {
    await client.end();
  }
}

/** The same chunks by the same copy code, `DEFAULT_OPTIONS.concurrency` at a time: no claim, no ledger, no fence, no activity. */
export async function copyBare(engine: Engine, tables: readonly BareChunks[]): Promise<void> {
  const session = { applicationName: 'bench', fallback: 'TableFailed', again: true } as const;
  const all = tables.flatMap(({ facts, table, bounds }) => bounds.map((range) => ({ facts, plan: tablePlan(table), range })));
  await pool(all, DEFAULT_OPTIONS.concurrency, ({ facts, plan, range }) =>
    withPostgres(engine.databases.target, session, (target) =>
      withChunkReader(engine, { facts, table: plan, bounds: range, applicationName: 'bench', signal: alone().signal }, (reader) =>
        transaction(target, {}, async () => {
          const landed = await land(target, copyInto(plan), reader);
          const rows = await reader.count();
          await reader.leftovers(rows - landed.rows);
        }),
      ),
    ),
  );
}
