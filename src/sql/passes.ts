/** A setting of our own, of the transaction: what a reading session may write. */
const SETTING = 'identity_migration.kept_out';
const KEPT_OUT = `coalesce(nullif(current_setting('${SETTING}', true), ''), '0')::bigint`;

/** One row, one bigint `n`: rows that did not pass since they were forgotten. */
export const KEPT_OUT_QUERY = `SELECT ${KEPT_OUT} AS n`;
export const FORGET_KEPT_OUT = `SET LOCAL ${SETTING} = '0'`;

/**
 * True for the rows whose verdict is null. PostgreSQL takes five rows of a thousand for null where it knows nothing of an expression: asked
 * for those, it would sort the whole table for a handful of rows (of 600,000 emails, 920 ms instead of 660). So they are those not null.
 *
 * `counted`: each row of this condition that does not pass is counted, which spares a second reading of the range (a tenth of the time of
 * the first). The condition stands here, too, because the server judges its conditions in the order that it likes; of a join's it may judge a
 * row before it is joined, so that all are counted, and only none of them is a certain answer.
 */
export function passes(verdict: string, counted: string | null): string {
  const count = `CASE WHEN ${counted} THEN nullif(set_config('${SETTING}', (${KEPT_OUT} + 1)::text, true) IS NOT NULL, true) END`;
  return `(CASE WHEN ${verdict} IS NULL THEN true${counted === null ? '' : ` ELSE ${count}`} END) IS NOT NULL`;
}
