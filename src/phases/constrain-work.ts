import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import type { Step } from '../db/ledger/steps.ts';
import { EMPTY_TABLES, PLAN } from '../plan/plan.ts';
import { carryColumns } from '../sql/carry-columns.ts';
import { constrainSteps, type ConstrainStep } from '../sql/constrain.ts';
import type { Definition } from '../sql/definition.ts';
import { TARGET_SCHEMA } from './engine.ts';

export type ConstrainWork =
  | { readonly do: 'drop carry'; readonly table: string; readonly columns: readonly string[] }
  | { readonly do: 'put back'; readonly item: ConstrainStep }
  | { readonly do: 'identity'; readonly table: string }
  | { readonly do: 'grants' };

/** What create took off, from the definitions that it saved; carry columns go first, identity values and grants come along. */
export async function constrainWork(client: pg.ClientBase, ref: RunRef): Promise<Step[]> {
  const { rows } = await client.query<{ definitions: Definition[] }>('SELECT definitions FROM identity_migration.runs WHERE run = $1', [
    ref.run,
  ]);
  const carry = new Map<string, string[]>();
  for (const { table, column } of carryColumns()) carry.set(table, [...(carry.get(table) ?? []), column]);
  const dropStep = (table: string) => `${table}: drop carry columns`;
  const drops = [...carry].map(([table, columns]) => stepOf(dropStep(table), table, { do: 'drop carry', table, columns }));
  const items = constrainSteps(rows[0]?.definitions ?? [], TARGET_SCHEMA).map((item) =>
    stepOf(item.step, item.table, { do: 'put back', item }, [...item.after, ...(carry.has(item.table) ? [dropStep(item.table)] : [])]),
  );
  const identities = [...PLAN.map((plan) => plan.table), ...EMPTY_TABLES].map((table) =>
    stepOf(`${table}: identity value`, table, { do: 'identity', table }),
  );
  return [...drops, ...items, ...identities, stepOf('grants', null, { do: 'grants' })];
}

const stepOf = (step: string, table: string | null, work: ConstrainWork, after: readonly string[] = []): Step => ({
  step,
  table,
  work,
  after,
});
