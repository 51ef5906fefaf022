import { TARGET_TYPES } from '../casts.ts';
import { quoteIdentifier } from '../quote.ts';
import { withGenerated } from './driving-rows.ts';
import type { Parameters } from './parameters.ts';
import type { RuleColumns } from './rule-columns.ts';

/** PostgreSQL's text of an array for each of the rules' columns, all of one length. */
export type HandedColumns = Readonly<Record<string, string>>;

/**
 * Rows that another server holds, handed over as arrays: rules that look at both sources are then asked of one server, which writes
 * nothing for it. Times come as microseconds, which order as they do; texts as the hex digits of their bytes, whose order is theirs.
 */
export function handedRows(columns: RuleColumns, handed: HandedColumns, parameters: Parameters): string {
  const names = columns.plan.map(({ name }) => quoteIdentifier(name));
  const arrays = columns.plan.map(({ name, cast }) => {
    const type = cast === 'utc' ? 'bigint' : TARGET_TYPES[cast];
    return `${parameters.add(handed[name])}::${type}[]`;
  });
  const rows = `SELECT ${names.join(', ')}, NULL::text AS fate, 0 AS bent FROM unnest(${arrays.join(', ')}) AS t(${names.join(', ')})`;
  return columns.generated.length === 0 ? rows : withGenerated(rows, columns);
}
