import type { Prediction } from '../../../db/ledger/predictions.ts';
import { tablePlan } from '../../../plan/plan.ts';
import { REJECTED_FOR_VALUES } from '../../../plan/reject-limit.ts';
import type { SourceContext } from '../../../sql/relation.ts';
import { verdictCountsQuery } from '../../../sql/predict/census.ts';
import { warning, type Finding } from '../finding.ts';
import type { HandedTable } from '../predict/handed-table.ts';

type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

/** For each table with rows that would be rejected for their values: which columns are at fault, and how. */
export async function tellRowsAtFault(
  predictions: readonly Prediction[],
  handed: ReadonlyMap<string, HandedTable>,
  oltp: Ask,
  context: SourceContext,
): Promise<Finding[]> {
  const tables = predictions
    .filter(({ kind, reason }) => kind === 'rejected' && REJECTED_FOR_VALUES.includes(reason))
    .map(({ table }) => table);
  const findings: Finding[] = [];
  for (const table of new Set(tables)) {
    const verdicts = new Map(handed.get(table)?.rejected ?? (await verdictsOf(table, oltp, context)));
    const told = [...verdicts].map(([verdict, rows]) => `${rows} × ${verdict.replace('|', ' (')})`);
    // What the target alone refuses, or the repair of text, has no verdict of a cast.
    for (const { reason, rows } of predictions.filter((one) => one.table === table && one.kind === 'rejected')) {
      if (!REJECTED_FOR_VALUES.includes(reason)) continue;
      const judged = [...verdicts].filter(([verdict]) => verdict.startsWith(`${reason}|`)).reduce((sum, [, n]) => sum + n, 0);
      if (rows > judged) told.push(`${rows - judged} × ${reason}`);
    }
    findings.push(
      warning(
        `Rows of ${table} would be rejected for their values: ${told.join(', ')}.`,
        'The target cannot hold them as they are.',
        'mend them in the source, or look at them in `identity-migrate rejects` after the run.',
      ),
    );
  }
  return findings;
}

async function verdictsOf(table: string, oltp: Ask, context: SourceContext): Promise<[string, number][]> {
  const sql = verdictCountsQuery(tablePlan(table), context);
  if (sql === null) return [];
  return (await oltp(sql)).map(({ verdict, n }) => [String(verdict), Number(n)]);
}
