import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findProgram } from '../../src/local/install/find-program.ts';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';

const RULES = join(PROJECT_DIRECTORY, 'ops', 'alerts.yml');
const DASHBOARD = join(PROJECT_DIRECTORY, 'ops', 'grafana-dashboard.json');

/** What a Prometheus endpoint exposes: the names of its samples, each with the labels that it has. */
export type Exposed = ReadonlyMap<string, ReadonlySet<string>>;

export async function exposedBy(address: string): Promise<{ readonly text: string; readonly names: Exposed }> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const names = new Map<string, Set<string>>();
  for (const [, name, labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = names.get(name!) ?? new Set();
    for (const [, label] of labels.matchAll(/(\w+)="/g)) known.add(label!);
    names.set(name!, known);
  }
  return { text, names };
}

/** Every expression of the alert rules and of the dashboard's panels. */
export function watchedExpressions(): string[] {
  const rules = parse(readFileSync(RULES, 'utf8')) as { groups: { rules: { expr: string }[] }[] };
  const dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { panels: { targets: { expr: string }[] }[] };
  return [
    ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
    ...dashboard.panels.flatMap((panel) => panel.targets.map(({ expr }) => expr)),
  ];
}

/** Metrics of an expression that the endpoint lacks, and labels in braces that they do not have. `up` is Prometheus's own. */
export function missingIn(exposed: Exposed, expression: string): string[] {
  return [...expression.matchAll(/\b((?:identity_migration|temporal)_\w+)(?:\{([^}]*)\})?/g)].flatMap(([, name, labels = '']) => {
    const known = exposed.get(name!);
    if (known === undefined) return [name!];
    return [...labels.matchAll(/(\w+)=/g)].flatMap(([, label]) => (known.has(label!) ? [] : [`${name}{${label}}`]));
  });
}

/** What promtool says of the rules; null where it is not installed. */
export function promtoolOnRules(): string | null {
  const promtool = findProgram('promtool');
  return promtool === null ? null : execFileSync(promtool, ['check', 'rules', RULES], { encoding: 'utf8' });
}
