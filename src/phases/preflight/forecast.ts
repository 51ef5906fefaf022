import type { RunOptions } from '../../contract.ts';
import type { Prediction } from '../../db/ledger/predictions.ts';
import { REJECTED_FOR_VALUES, rejectLimit } from '../../plan/reject-limit.ts';
import type { Finding } from './finding.ts';
import { predictedTotals } from './predicted-result.ts';

/** Tables that would stop the run: of which more rows are predicted to be rejected for their values than are allowed. */
export function forecast({ maxRejected }: RunOptions, predictions: readonly Prediction[]): Finding[] {
  const tables = [...new Set(predictions.map(({ table }) => table))];
  return tables.flatMap((table): Finding[] => {
    const counted = predictions.filter((one) => one.table === table && one.kind === 'rejected' && REJECTED_FOR_VALUES.includes(one.reason));
    const rejected = counted.reduce((sum, { rows }) => sum + rows, 0);
    const limit = rejectLimit(table, maxRejected, predictedTotals(predictions, table).source);
    if (rejected <= limit) return [];
    const reasons = counted.map(({ reason, rows }) => `${rows} × ${reason}`).join(', ');
    return [
      {
        level: 'block',
        type: 'TooManyRejected',
        what: `${rejected} rows of ${table} would be rejected for their values, ${limit} are allowed.`,
        cause: `${reasons}.`,
        next: `mend the source, or start with {"maxRejected": {"${table}": ${rejected}}}.`,
      },
    ];
  });
}
