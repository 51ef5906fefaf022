import type { RunFacts } from '../db/ledger/run-facts.ts';
import { IDENTITY_FLOORS } from '../plan/identity.ts';
import { EMPTY_TABLES, tablePlan } from '../plan/plan.ts';
import { highestIdQuery, numberingQuery } from '../sql/highest-id.ts';
import { askSource } from './ask-source.ts';
import type { Attempt, Engine } from './engine.ts';

/** The highest id that the source has given out for a table, rejected rows included, its own numbering and the documented floor. */
export async function highestSourceId(engine: Engine, facts: RunFacts, tableName: string, attempt: Attempt): Promise<number> {
  if (EMPTY_TABLES.includes(tableName)) return 0;
  const plan = tablePlan(tableName);
  const { floor, sequences } = IDENTITY_FLOORS[tableName] ?? { floor: 0, sequences: [] };
  const highest = highestIdQuery(plan, { absent: facts.absent });
  if (highest === null) return floor;
  return askSource(engine, facts, plan.source, attempt, async (ask) => {
    const [taken] = await ask(highest);
    const [numbered] = await ask(numberingQuery(plan, sequences));
    return Math.max(floor, Number(taken?.['n'] ?? 0), Number(numbered?.['n'] ?? 0));
  });
}
