/** Reasons that count against `maxRejected`: what is wrong with a row's values. Orphans and duplicates were announced. */
export const REJECTED_FOR_VALUES: readonly string[] = ['null_key', 'too_long', 'invalid_value', 'nul_character', 'undecodable'];

/** Rows of a table that may be rejected for their values, unless the input says otherwise: every user counts. */
const DEFAULT_LIMIT = '1%';
const DEFAULT_LIMITS: Readonly<Record<string, number | string>> = { users: 0 };

/** The limit in rows: a number, or a share of the driving rows such as "1%", rounded up. */
export function rejectLimit(table: string, given: Readonly<Record<string, number | string>>, drivingRows: number): number {
  const limit = given[table] ?? DEFAULT_LIMITS[table] ?? DEFAULT_LIMIT;
  if (typeof limit === 'number') return limit;
  const percent = Number(limit.replace('%', ''));
  // Whole units of a millionth: 0.1 + 0.2 must not round a limit up by one row.
  return Math.ceil(Math.round(percent * drivingRows * 1e6) / 1e8);
}
