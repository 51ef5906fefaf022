import type pg from 'pg';
import type { RunRef } from '../db/ledger/fence.ts';
import type { Step } from '../db/ledger/steps.ts';
import { EMPTY_TABLES, PLAN } from '../plan/plan.ts';
import { carryColumns } from '../sql/carry-columns.ts';
import { constrainSteps, type ConstrainStep } from '../sql/constrain.ts';
import type { Definition } from '../sql/definition.ts';
import { buildSettings, readBuildMeans } from './build-settings.ts';
import { TARGET_SCHEMA } from './engine.ts';

/** Rows whose index takes longer than the step that it is worth. */
const LARGE = 10_000;
/** Builds and validations side by side: their memory and workers are a part each of what the server has. */
export const CONSTRAIN_AT_ONCE = 4;

export type ConstrainWork =
  | { readonly do: 'drop carry'; readonly table: string; readonly columns: readonly string[] }
  | { readonly do: 'put back'; readonly item: ConstrainStep }
  | { readonly do: 'identity'; readonly table: string }
  | { readonly do: 'grants' };

/**
 * What create took off, from the definitions that it saved, the largest tables first; carry columns go first, identity values and grants come along. Notes for the
 * report how much of the server the builds take.
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
  const loaded = await loadedRows(client, ref);
  const bySize = (rows[0]?.definitions ?? []).toSorted((a, b) => (loaded.get(b.table) ?? 0) - (loaded.get(a.table) ?? 0));
  const items = constrainSteps(bySize, TARGET_SCHEMA, (table) => (loaded.get(table) ?? 0) > LARGE).map((item) =>
    stepOf(item.step, item.table, { do: 'put back', item }, [...item.after, ...(carry.has(item.table) ? [dropStep(item.table)] : [])]),
  );
  const identities = [...PLAN.map((plan) => plan.table), ...EMPTY_TABLES].map((table) =>
    stepOf(`${table}: identity value`, table, { do: 'identity', table }),
  );
  return [...drops, ...items, ...identities, stepOf('grants', null, { do: 'grants' })];
}

async function loadedRows(client: pg.ClientBase, { run }: RunRef): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ table: string; loaded: number }>(
    'SELECT table_name AS "table", coalesce(loaded, 0)::float8 AS loaded FROM identity_migration.tables WHERE run = $1',
    [run],
  );
  return new Map(rows.map(({ table, loaded }) => [table, loaded]));
}

const stepOf = (step: string, table: string | null, work: ConstrainWork, after: readonly string[] = []): Step => ({
  step,
  table,
  work,
  after,
});
