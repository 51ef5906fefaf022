import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import type { Step } from '../db/ledger/steps.ts';
import { EMPTY_TABLES, PLAN } from '../plan/plan.ts';
import { carryColumns } from '../sql/carry-columns.ts';
import { constrainSteps, type ConstrainStep } from '../sql/constrain.ts';
import type { Definition } from '../sql/definition.ts';
import { buildSettings, readBuildMeans } from './build-settings.ts';
import { TARGET_SCHEMA } from './engine.ts';
import { readLoaded } from './loaded.ts';

/** Builds and validations side by side: their memory and workers are a part each of what the server has. */
export const CONSTRAIN_AT_ONCE = 4;

export type ConstrainWork =
  | { readonly do: 'drop carry'; readonly table: string; readonly columns: readonly string[] }
  | { readonly do: 'default'; readonly table: string; readonly items: readonly ConstrainStep[] }
  | { readonly do: 'put back'; readonly item: ConstrainStep }
  | { readonly do: 'identity'; readonly tables: readonly string[] }
  // As it was written before all tables' became one.
  | { readonly do: 'identity'; readonly table: string }
  | { readonly do: 'grants' };

/**
 * What create took off, from the definitions that it saved, the largest tables first; carry columns go first, identity values and grants
 * come along. What takes no longer than an activity does is done together: the defaults of a table, and all identity values, once the keys
 * stand by which the highest are found. Notes for the report how much of the server the builds take.
 */
export async function constrainWork(client: pg.ClientBase, ref: RunRef): Promise<Step[]> {
  const { rows } = await client.query<{ definitions: Definition[] }>('SELECT definitions FROM identity_migration.runs WHERE run = $1', [
    ref.run,
  ]);
  const builds = { atOnce: CONSTRAIN_AT_ONCE, ...buildSettings(await readBuildMeans(client), CONSTRAIN_AT_ONCE) };
  await client.query('UPDATE identity_migration.runs SET builds = $2 WHERE run = $1', [ref.run, JSON.stringify(builds)]);
  const carry = new Map<string, string[]>();
  for (const { table, column } of carryColumns()) carry.set(table, [...(carry.get(table) ?? []), column]);
  const dropStep = (table: string) => `${table}: drop carry columns`;
  const drops = [...carry].map(([table, columns]) => stepOf(dropStep(table), table, { do: 'drop carry', table, columns }));
  const { rowsOf, isLarge } = await readLoaded(client, ref);
  const bySize = (rows[0]?.definitions ?? []).toSorted((a, b) => rowsOf(b.table) - rowsOf(a.table));
  const items = constrainSteps(bySize, TARGET_SCHEMA, isLarge);
  const defaultItems = items.filter(({ kind }) => kind === 'default');
  const defaultsStepOf = new Map(defaultItems.map(({ step, table }) => [step, defaultsStep(table)]));
  const afterOf = (table: string, after: readonly string[]) => [
    ...new Set([...after.map((name) => defaultsStepOf.get(name) ?? name), ...(carry.has(table) ? [dropStep(table)] : [])]),
  ];
  const defaults = [...new Set(defaultItems.map(({ table }) => table))].map((table) =>
    stepOf(
      defaultsStep(table),
      table,
      { do: 'default', table, items: defaultItems.filter((item) => item.table === table) },
      afterOf(table, []),
    ),
  );
  const others = items
    .filter(({ step }) => !defaultsStepOf.has(step))
    .map((item) => stepOf(item.step, item.table, { do: 'put back', item }, afterOf(item.table, item.after)));
  const keys = items.filter(({ kind }) => kind === 'unique_index').map(({ step }) => step);
  const tables = [...PLAN.map((plan) => plan.table), ...EMPTY_TABLES];
  const identity = stepOf('identity values', null, { do: 'identity', tables }, keys);
  return [...drops, ...defaults, ...others, identity, stepOf('grants', null, { do: 'grants' })];
}

const defaultsStep = (table: string) => `${table}: defaults`;

const stepOf = (step: string, table: string | null, work: ConstrainWork, after: readonly string[] = []): Step => ({
  step,
  table,
  work,
  after,
});
