import type { BinaryPieces } from '../binary-pieces.ts';
import { TARGET_TYPES } from '../casts.ts';
import { quoteIdentifier } from '../quote.ts';
import { withGenerated } from './driving-rows.ts';
import type { Parameters } from './parameters.ts';
import type { RuleColumns } from './rule-columns.ts';

/** PostgreSQL's binary form of an array for each of the rules' columns, all of one length. */
export type HandedColumns = Readonly<Record<string, BinaryPieces>>;

/**
 * Rows that another server holds, handed over as arrays: rules that look at both sources are then asked of one server, which writes
 * nothing for it. Texts come as their bytes, and are compared as hex digits, whose order is theirs and which every encoding has.
 */
export function handedRows(columns: RuleColumns, handed: HandedColumns, parameters: Parameters): string {
  const names = columns.plan.map(({ name }) => quoteIdentifier(name));
  const values = columns.plan.map(({ cast }, at) => (cast === 'text' ? `encode(${names[at]}, 'hex') AS ${names[at]}` : names[at]!));
  const arrays = columns.plan.map(
    ({ name, cast }) => `${parameters.add(handed[name])}::${cast === 'text' ? 'bytea' : TARGET_TYPES[cast]}[]`,
  );
  const rows = `SELECT ${values.join(', ')}, NULL::text AS fate, 0 AS bent FROM unnest(${arrays.join(', ')}) AS t(${names.join(', ')})`;
  return columns.generated.length === 0 ? rows : withGenerated(rows, columns);
}
