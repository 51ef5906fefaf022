import type { Manifest } from '../sample/manifest.ts';
import type { Outcome, ReasonCount, TableOutcome } from './outcome.ts';

const COUNTS = ['source', 'loaded', 'merged', 'rejected', 'adjusted'] as const;

/** One line for each way in which the outcome is not what the manifest says; none when all is well. */
export function differences(outcome: Outcome, manifest: Manifest): string[] {
  return [...outcome.tables.flatMap(broken), ...unlikeManifest(outcome, manifest), ...unlikePlanted(outcome.reasons, manifest.planted)];
}

function unlikeManifest(outcome: Outcome, manifest: Manifest): string[] {
  const found = new Map(outcome.tables.map((table) => [table.table, table]));
  const names = new Set([...Object.keys(manifest.tables), ...found.keys()]);
  return [...names].flatMap((name) => {
    const [is, should] = [found.get(name), manifest.tables[name]];
    if (is === undefined || should === undefined) return [`${name}: ${is === undefined ? 'not migrated' : 'not in the manifest'}`];
    return COUNTS.filter((count) => is[count] !== should[count]).map(
      (count) => `${name}: ${count} ${is[count]}, in the manifest ${should[count]}`,
    );
  });
}

function broken(table: TableOutcome): string[] {
  const checks: [boolean, string][] = [
    [
      table.source === table.loaded + table.merged + table.rejected,
      `source ${table.source} is not loaded ${table.loaded} + merged ${table.merged} + rejected ${table.rejected}`,
    ],
    [table.loaded === table.present, `loaded ${table.loaded}, but the table holds ${table.present}`],
    [table.rejected === table.rejects, `rejected ${table.rejected}, but rejects lists ${table.rejects}`],
    [table.adjusted === table.adjustments, `adjusted ${table.adjusted}, but adjustments sum up to ${table.adjustments}`],
  ];
  return checks.filter(([holds]) => !holds).map(([, what]) => `${table.table}: ${what}`);
}

function unlikePlanted(found: readonly ReasonCount[], planted: readonly ReasonCount[]): string[] {
  const counts = new Map<string, { planted: number; found: number }>();
  const count = ({ table, reason, rows }: ReasonCount, which: 'planted' | 'found'): void => {
    const key = `${table}, ${reason}`;
    const both = counts.get(key) ?? { planted: 0, found: 0 };
    both[which] += rows;
    counts.set(key, both);
  };
  for (const one of planted) count(one, 'planted');
  for (const one of found) count(one, 'found');
  return [...counts]
    .filter(([, both]) => both.planted !== both.found)
    .map(([key, both]) => `${key}: planted ${both.planted}, found ${both.found}`);
}
