import type pg from 'pg';
import type { RunRef } from '../../db/ledger/fence.ts';
import type { RunFacts } from '../../db/ledger/run-facts.ts';
import { sourceTablesOf } from '../../plan/missing.ts';
import { PLAN } from '../../plan/plan.ts';
import { SOURCES, type TablePlan } from '../../plan/types.ts';
import { askSource } from '../ask-source.ts';
import type { Attempt, Engine } from '../engine.ts';
import { stoodStill, takeSignals, type Signals } from './signals.ts';

/** Asks both sources for their signals, before the first chunk is read. */
export async function sourceSignals(engine: Engine, facts: RunFacts, attempt: Attempt): Promise<Signals> {
  let signals: Signals = {};
  for (const source of SOURCES) {
    const tables = tablesRead(
      PLAN.filter((plan) => plan.source === source),
      facts,
    );
    const taken = await askSource(engine, facts, source, attempt, (ask) => takeSignals(ask, source, tables));
    signals = { ...signals, ...taken };
  }
  return signals;
}

export async function readSignals(client: pg.ClientBase, ref: Pick<RunRef, 'run'>): Promise<Signals> {
  const { rows } = await client.query<{ signals: Signals | null }>('SELECT signals FROM identity_migration.runs WHERE run = $1', [ref.run]);
  return rows[0]?.signals ?? {};
}

/** Of these target tables those of which nothing that they are read from has moved since the run began, by the servers' signals. */
export async function unmovedTables(
  engine: Engine,
  facts: RunFacts,
  signals: Signals,
  plans: readonly TablePlan[],
  attempt: Attempt,
): Promise<ReadonlySet<string>> {
  const unmoved = new Set<string>();
  for (const source of SOURCES) {
    const here = plans.filter((plan) => plan.source === source);
    if (here.length === 0) continue;
    const still = await askSource(engine, facts, source, attempt, (ask) => stoodStill(ask, source, signals, tablesRead(here, facts)));
    for (const plan of here) if (tablesRead([plan], facts).every((table) => still.has(table))) unmoved.add(plan.table);
  }
  return unmoved;
}

function tablesRead(plans: readonly TablePlan[], { absent }: RunFacts): string[] {
  return [...new Set(plans.flatMap((plan) => [...sourceTablesOf(plan)]))].filter((table) => !absent.includes(table));
}
