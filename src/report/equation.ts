import type { TableReport } from './report-data.ts';

type Counts = Pick<TableReport, 'source' | 'loaded' | 'merged' | 'rejected'>;

/** Whether source = loaded + merged + rejected; null where a count is not known yet. */
export function balanced({ source, loaded, merged, rejected }: Counts): boolean | null {
  if (source === null || loaded === null || merged === null || rejected === null) {
    return null;
  }
  return source === loaded + merged + rejected;
}

export interface Totals {
  readonly source: number;
  readonly loaded: number;
  readonly merged: number;
  readonly rejected: number;
  readonly adjusted: number;
}

/** Sums over tables; an unknown count adds nothing. */
export function totals(tables: readonly (Counts & Pick<TableReport, 'adjusted'>)[]): Totals {
  const sum = (field: keyof Totals): number => tables.reduce((rows, table) => rows + (table[field] ?? 0), 0);
  return { source: sum('source'), loaded: sum('loaded'), merged: sum('merged'), rejected: sum('rejected'), adjusted: sum('adjusted') };
}
