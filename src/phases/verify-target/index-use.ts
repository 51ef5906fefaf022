import type pg from 'pg';
import { quoteTable } from '../../sql/quote.ts';
import { TARGET_SCHEMA } from '../engine.ts';
import { checked } from './catalog-checks.ts';
import type { Check } from './verify-report.ts';

/** The look-ups of a login. */
const LOOK_UPS = [
  { by: 'users by email', table: 'users', where: "lower(email) = lower('somebody@example.com')" },
  { by: 'users by handle', table: 'users', where: "lower(handle) = lower('somebody')" },
  { by: 'users by id', table: 'users', where: 'id = 1' },
] as const;

interface PlanNode {
  readonly 'Node Type': string;
  readonly Plans?: readonly PlanNode[];
}

/** EXPLAIN of the look-ups shows an index. A small table is cheaper to scan: so a scan counts as the last choice, for this question. */
export async function indexUseCheck(client: pg.ClientBase): Promise<Check> {
  await client.query('SET LOCAL enable_seqscan = off');
  const scanned: string[] = [];
  for (const { by, table, where } of LOOK_UPS) {
    const { rows } = await client.query<{ 'QUERY PLAN': { readonly Plan: PlanNode }[] }>(
      `EXPLAIN (FORMAT JSON) SELECT * FROM ${quoteTable(TARGET_SCHEMA, table)} WHERE ${where}`,
    );
    if (!usesIndex(rows[0]!['QUERY PLAN'][0]!.Plan)) scanned.push(by);
  }
  await client.query('SET LOCAL enable_seqscan = on');
  const used = LOOK_UPS.length - scanned.length;
  return checked('index use', scanned, `${used} of ${LOOK_UPS.length} look-ups of users go by an index`, 'put the index back.');
}

function usesIndex(node: PlanNode): boolean {
  return node['Node Type'].includes('Index') || (node.Plans ?? []).some(usesIndex);
}
