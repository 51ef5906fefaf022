import type { PredictionReport, ReportData } from './report-data.ts';

type Kind = PredictionReport['kind'];

/** What preflight predicted beside what was found, of one table and rule; `reason` empty: the table's total. */
export interface Compared {
  readonly table: string;
  readonly kind: Kind;
  readonly reason: string;
  /** Null: nothing was predicted. */
  readonly predicted: number | null;
  readonly exact: boolean;
  /** Null: not known (yet). */
  readonly found: number | null;
  /** Null where the prediction was an estimate, or one of the two is not known. */
  readonly same: boolean | null;
}

type Counted = Pick<ReportData, 'tables' | 'rejects' | 'adjustments' | 'predictions'>;

/**
 * Every prediction with its outcome, and every outcome that nobody predicted. Rows that were replayed since count as they did when the
 * run ended: as rejected. Empty where the run kept no predictions.
 */
export function compare(report: Counted): readonly Compared[] {
  if (report.predictions.length === 0) return [];
  const name = ({ table, kind, reason }: Pick<Outcome, 'table' | 'kind' | 'reason'>) => JSON.stringify([table, kind, reason]);
  const predicted = new Map(report.predictions.map((one) => [name(one), one]));
  const all = new Map(outcomesOf(report).map((one) => [name(one), one]));
  // A rule that was foretold and touched no row.
  for (const { table, kind, reason } of report.predictions) {
    const none = { table, kind, reason, rows: reason === '' ? null : 0 };
    if (!all.has(name(none))) all.set(name(none), none);
  }
  const order = report.tables.map(({ table }) => table);
  const known = new Set(report.predictions.map(({ table }) => table));
  return [...all.values()]
    .filter(({ table }) => known.has(table))
    .toSorted((a, b) => order.indexOf(a.table) - order.indexOf(b.table))
    .map(({ rows: found, ...one }) => {
      const before = predicted.get(name(one));
      // A rule of which nothing was said touches no row.
      const count = before?.rows ?? (one.reason === '' ? null : 0);
      const exact = before?.exact ?? true;
      return { ...one, predicted: count, exact, found, same: !exact || count === null || found === null ? null : count === found };
    });
}

interface Outcome {
  readonly table: string;
  readonly kind: Kind;
  readonly reason: string;
  readonly rows: number | null;
}

function outcomesOf({ tables, rejects, adjustments }: Counted): readonly Outcome[] {
  const sum = (rows: readonly { readonly rows: number }[]): number => rows.reduce((total, row) => total + row.rows, 0);
  return tables.flatMap((table): Outcome[] => {
    const own = {
      rejects: rejects.filter((one) => one.table === table.table),
      adjustments: adjustments.filter((one) => one.table === table.table),
    };
    const replayed = own.rejects.reduce((total, one) => total + one.replayed, 0);
    const back = (count: number | null, by: number) => (count === null ? null : count + by);
    const total = (kind: Kind, rows: number | null): Outcome => ({ table: table.table, kind, reason: '', rows });
    const byReason = (kind: Kind, list: readonly { readonly reason: string; readonly rows: number }[]): Outcome[] =>
      [...new Set(list.map((one) => one.reason))]
        .toSorted()
        .map((reason) => ({ table: table.table, kind, reason, rows: sum(list.filter((one) => one.reason === reason)) }));
    return [
      total('source', table.source),
      total('loaded', back(table.loaded, -replayed)),
      total('merged', table.merged),
      total('rejected', back(table.rejected, replayed)),
      total('adjusted', table.adjusted),
      ...(table.merged === null || table.merged === 0 ? [] : [{ ...total('merged', table.merged), reason: 'exact_duplicate' }]),
      ...byReason('rejected', own.rejects),
      ...byReason('adjusted', own.adjustments),
    ];
  });
}
