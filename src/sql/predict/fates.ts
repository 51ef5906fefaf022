import type { Rule, TablePlan } from '../../plan/types.ts';
import { quoteIdentifier } from '../quote.ts';
import type { RuleColumns } from './rule-columns.ts';

type Reference = Extract<Rule, { kind: 'orphan' | 'orphan_reference' }>;

/** Gives a query of one column `k`: the keys that a parent still has when its own rules are through, each once. */
export type KeysOf = (parent: string, parentKey: string) => string;

/**
 * Lets the rules that keep rows out, or cut references, pass over rows in the plan's order, as reconcile does with the loaded table.
 * `rows` has the rules' columns, `fate` and `bent`. The result has the same, `noted`, `lost` (references that become null) and `tied`.
 */
export function settleFates(table: TablePlan, columns: RuleColumns, rows: string, keysOf: KeysOf): string {
  const names = [...columns.plan.map(({ name }) => name), ...columns.generated.map(([name]) => name)];
  let settled = withReferences(table, names, rows, keysOf);
  for (const rule of columns.rules) {
    if (rule.kind === 'duplicate_key') settled = withoutDuplicates(rule, columns, names, settled);
  }
  return settled;
}

/** Orphans leave, and references to what is not there are cut: no rule of a table looks at what another of these found. */
function withReferences(table: TablePlan, names: readonly string[], rows: string, keysOf: KeysOf): string {
  const references = table.rules.filter((rule) => rule.kind === 'orphan' || rule.kind === 'orphan_reference');
  const own = references.find((rule) => rule.parent === table.table);
  if (own !== undefined) throw new Error(`${table.table} is its own parent (${own.column}): its orphans cannot be told in one pass.`);
  const missing = (rule: Reference) => `(t.${quoteIdentifier(rule.column)} IS NOT NULL AND p${references.indexOf(rule)}.k IS NULL)`;
  const orphaned = references.filter((rule) => rule.kind === 'orphan').map(missing);
  const cut = references.filter((rule) => rule.kind === 'orphan_reference');
  const fate = orphaned.length === 0 ? 't.fate' : `CASE WHEN t.fate IS NULL AND (${orphaned.join(' OR ')}) THEN 'orphan' ELSE t.fate END`;
  const stays = ['t.fate IS NULL', ...orphaned.map((condition) => `NOT ${condition}`)].join(' AND ');
  const value = (name: string) => {
    const rule = cut.find((candidate) => candidate.column === name);
    const column = `t.${quoteIdentifier(name)}`;
    return rule === undefined ? column : `CASE WHEN NOT ${missing(rule)} THEN ${column} END AS ${quoteIdentifier(name)}`;
  };
  const notes = table.rules.flatMap((rule) => (rule.kind === 'note' ? [`(${rule.where})`] : []));
  const select = [
    ...names.map(value),
    `${fate} AS fate`,
    't.bent',
    `${notes.length === 0 ? 'false' : `t.fate IS NULL AND (${notes.join(' OR ')})`} AS noted`,
    'false AS tied',
    `${cut.length === 0 ? '0' : `CASE WHEN ${stays} THEN ${cut.map((rule) => `${missing(rule)}::int`).join(' + ')} ELSE 0 END`} AS lost`,
  ];
  const joins = references.map(
    (rule, index) => ` LEFT JOIN (${keysOf(rule.parent, rule.parentKey)}) p${index} ON p${index}.k = t.${quoteIdentifier(rule.column)}`,
  );
  return `SELECT ${select.join(', ')} FROM (${rows}) t${joins.join('')} OFFSET 0`;
}

/**
 * Of the rows that are still there, the first by `keep` of each key stays. Which of several equal ones that is, the target decides by
 * their whole text: where they differ in what later rules read, their row is `tied`, and what these find is not certain.
 * Only rows whose key comes more than once are sorted: they are few, and a count by key is cheap.
 */
function withoutDuplicates(
  rule: Extract<Rule, { kind: 'duplicate_key' }>,
  { rules, ordered }: RuleColumns,
  names: readonly string[],
  rows: string,
): string {
  const all = names.map((name) => quoteIdentifier(name));
  const key = rule.columns.map((column) => quoteIdentifier(column));
  const among = ['fate IS NULL', ...key.map((column) => `${column} IS NOT NULL`)].join(' AND ');
  const over = (...order: string[]) => `OVER (PARTITION BY ${key.join(', ')}${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`})`;
  const [chosen, matters] = [ordered.includes(rule) ? [rule.keep] : [], rule !== rules.at(-1)];
  const ties = `rank() ${over(rule.keep)} = 1 AND rank() ${over(rule.keep, ...all)} > 1`;
  const rest = ['bent', 'noted', 'lost'];
  const joined = ['r.fate IS NULL', ...key.map((column) => `d.${column} = r.${column}`)].join(' AND ');
  return `WITH r AS MATERIALIZED (${rows}),
      d AS MATERIALIZED (SELECT ${key.join(', ')} FROM r WHERE ${among} GROUP BY ${key.join(', ')} HAVING count(*) > 1)
    SELECT ${[...all, 'fate', ...rest, 'tied'].map((column) => `r.${column}`).join(', ')} FROM r LEFT JOIN d ON ${joined} WHERE d.${key[0]} IS NULL
    UNION ALL
    SELECT ${[
      ...all,
      `CASE WHEN row_number() ${over(...chosen)} > 1 THEN 'duplicate_key' END`,
      ...rest,
      matters ? `tied OR (${ties})` : 'tied',
    ].join(', ')} FROM (SELECT r.* FROM r JOIN d ON ${joined}) t`;
}
