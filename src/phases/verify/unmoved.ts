import type pg from 'pg';
import type { RunRef } from '../../db/ledger/fence.ts';
import { landedChunks } from '../../db/ledger/proofs.ts';
import type { RunFacts } from '../../db/ledger/run-facts.ts';
import { MigrationError } from '../../failures.ts';
import { EMPTY_TABLES, tablePlan } from '../../plan/plan.ts';
import { askSource } from '../ask-source.ts';
import type { Attempt, Engine } from '../engine.ts';
import { movedChunks } from '../moves/moved-chunks.ts';
import { readSignals, unmovedTables } from '../moves/run-signals.ts';

const EVERY_CHUNK = 2 ** 31 - 1;

/** The source still holds what was copied: by the server's signals, else by each chunk's checksum. */
export async function checkUnmoved(
  engine: Engine,
  client: pg.ClientBase,
  ref: RunRef,
  facts: RunFacts,
  table: string,
  attempt: Attempt,
): Promise<void> {
  if (EMPTY_TABLES.includes(table) || facts.input.verify !== 'full') return;
  const plan = tablePlan(table);
  const unmoved = await unmovedTables(engine, facts, await readSignals(client, ref), [plan], attempt);
  if (unmoved.has(table)) return;
  const chunks = await landedChunks(client, ref.run, table, 1, EVERY_CHUNK);
  const moved = await askSource(engine, facts, plan.source, attempt, (ask) => movedChunks(ask, plan, facts, chunks, attempt));
  if (moved.length === 0) return;
  throw new MigrationError('VerificationFailed', {
    message: `The source of ${table} moved after it was copied: ${moved
      .slice(0, 5)
      .map(({ chunk, now }) => `chunk ${chunk.chunk} (${now.rows} rows now)`)
      .join(', ')}${moved.length > 5 ? `, and ${moved.length - 5} more` : ''}.`,
    next: 'stop what writes to the sources, then start with {"fresh": true}; `identity-migrate verify` names the rows once a run has finished.',
    table,
  });
}
