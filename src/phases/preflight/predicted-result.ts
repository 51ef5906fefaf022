import type { RunResult } from '../../contract.ts';
import type { Prediction, PredictionKind } from '../../db/ledger/predictions.ts';
import type { PlannedTable } from './sizes.ts';

/** Totals of a table's predictions, by kind. */
export function predictedTotals(predictions: readonly Prediction[], table: string): Record<PredictionKind, number> {
  const totals = { source: 0, loaded: 0, merged: 0, rejected: 0, adjusted: 0 };
  for (const { kind, rows, reason, table: of } of predictions) if (of === table && reason === '') totals[kind] = rows;
  return totals;
}

/** What a dry run answers: what a run would do. Nothing is written. */
export function predictedResult(planHash: string, tables: readonly PlannedTable[], predictions: readonly Prediction[]): RunResult {
  return {
    status: 'predicted',
    run: null,
    planHash,
    tables: tables.map(({ table }) => ({ table, ...predictedTotals(predictions, table), seconds: 0, proof: 'none' })),
    seconds: 0,
    reportPath: null,
  };
}
