import type { TablePlan } from '../../plan/types.ts';
import { quoteIdentifier } from '../quote.ts';
import { foldedColumns } from './rule-columns.ts';
import { holdsMore } from './text-checks.ts';

/** Reasons that keep a row out, whether a cast, the target or a rule says so. */
export const REJECTING = ['null_key', 'invalid_value', 'undecodable', 'too_long', 'orphan', 'duplicate_key'] as const;

/**
 * One row: `source`, `tied`, then a bigint for each reason: `rejected:<reason>` or `adjusted:<reason>`. For each column that rules
 * compare when folded `unfolded:<column>`: the texts, more than once or null where there are none, of which only the target can say how they fold.
 * `settled` is what `settleFates` gives: of twins all but one are renamed or cleared, whichever that is.
 */
export function countFates(table: TablePlan, settled: string): string {
  const counts: [string, string][] = [
    ['source', 'count(*)'],
    ['tied', 'count(*) FILTER (WHERE tied)'],
  ];
  for (const reason of REJECTING) counts.push([`rejected:${reason}`, `count(*) FILTER (WHERE fate = '${reason}')`]);
  counts.push(['adjusted:undecodable', 'coalesce(sum(bent), 0)'], ['adjusted:orphan_reference', 'coalesce(sum(lost), 0)']);
  for (const rule of table.rules) {
    if (rule.kind === 'note') counts.push([`adjusted:${rule.reason}`, 'count(*) FILTER (WHERE noted)']);
    if (rule.kind === 'rename_twin') {
      const folded = rule.fold.replace('{}', () => quoteIdentifier(rule.column));
      counts.push([`adjusted:${rule.reason}`, surplus(folded, 'true')]);
    }
    if (rule.kind === 'clear_twin') counts.push([`adjusted:${rule.reason}`, surplus(rule.by, rule.where)]);
  }
  const unfolded = foldedColumns(table).map((column) => {
    const text = quoteIdentifier(column);
    return `array_agg(${text}) FILTER (WHERE fate IS NULL AND ${holdsMore(text)}) AS ${quoteIdentifier(`unfolded:${column}`)}`;
  });
  const select = [...counts.map(([name, sql]) => `(${sql})::bigint AS ${quoteIdentifier(name)}`), ...unfolded];
  return `SELECT ${select.join(', ')} FROM (${settled}) t`;
}

/** Rows of a group but its first, over all groups; null is in no group. */
function surplus(by: string, where: string): string {
  const among = `FILTER (WHERE fate IS NULL AND (${where}))`;
  return `count(${by}) ${among} - count(DISTINCT ${by}) ${among}`;
}
