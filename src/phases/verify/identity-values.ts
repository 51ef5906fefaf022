import type pg from 'pg';
import { MigrationError } from '../../failures.ts';
import { quoteIdentifier } from '../../sql/quote.ts';

/** The next value of every identity column lies above the highest id in its table. Returns how many columns there are. */
export async function checkIdentityValues(client: pg.ClientBase, schema: string): Promise<number> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `SELECT c.relname AS "table", a.attname AS "column", pg_get_serial_sequence(format('%I.%I', $1::text, c.relname), a.attname) AS sequence
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = to_regnamespace($1::text) AND c.relkind = 'r' AND a.attidentity <> ''`,
    [schema],
  );
  for (const { table, column, sequence } of rows) {
    const found = await client.query<{ next: number; highest: number }>(
      `SELECT (SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM ${sequence}) AS next,
              (SELECT coalesce(max(${quoteIdentifier(column)}), 0) FROM ${quoteIdentifier(schema)}.${quoteIdentifier(table)}) AS highest`,
    );
    const { next, highest } = found.rows[0]!;
    if (next > highest) continue;
    throw new MigrationError('VerificationFailed', {
      message: `The next ${table}.${column} would be ${next}, but ${highest} is taken.`,
      table,
    });
  }
  return rows.length;
}
