import type { TablePlan } from '../../plan/types.ts';
import { hasKey, namingColumns } from '../proof/hashed-rows.ts';
import { targetTexts } from '../proof/canonical.ts';
import { ledgerKeyTexts, ledgerRowText, targetKeyTexts } from '../proof/key-text.ts';
import { quoteIdentifier } from '../quote.ts';
import { STAGE } from './stage.ts';

/** SQL of a reject's name, a JSON array: its key, or the ids of its row where the table has no key. */
export function rejectName(table: TablePlan): string {
  const texts = hasKey(table, 'loaded')
    ? ledgerKeyTexts(table).map((column) => column.text)
    : namingColumns(table, 'loaded').map((column) => ledgerRowText(column.name));
  return `jsonb_build_array(${texts.join(', ')})`;
}

/** The same of a staged row, `t`. */
export function stagedName(table: TablePlan): string {
  const texts = hasKey(table, 'loaded') ? targetKeyTexts(table) : targetTexts(namingColumns(table, 'loaded'));
  return `jsonb_build_array(${texts.map((column) => column.text).join(', ')})`;
}

/** How many staged rows each name has: `name`, `n`. */
export function stagedNamesQuery(table: TablePlan): string {
  return `SELECT ${stagedName(table)}::text AS name, count(*) AS n FROM ${STAGE}.${quoteIdentifier(table.table)} t GROUP BY 1`;
}

/** Takes staged rows of these names away. $1: a JSON array of names. */
export function unstageNamesStatement(table: TablePlan): string {
  return `DELETE FROM ${STAGE}.${quoteIdentifier(table.table)} t WHERE ${stagedName(table)} IN (SELECT jsonb_array_elements($1::jsonb))`;
}

const TAKEN = 'replay_taken';

/** Sets the open rejects of these names aside, until it is known which landed. $1 run, $2 table, $3 a JSON array of names. */
export function takeRejectsStatements(table: TablePlan): readonly { readonly sql: string; readonly values: 'all' | 'none' }[] {
  const open = `run = $1 AND table_name = $2 AND replayed_at IS NULL AND ${rejectName(table)} IN (SELECT jsonb_array_elements($3::jsonb))`;
  return [
    { sql: `CREATE TEMPORARY TABLE ${TAKEN} (LIKE identity_migration.rejects, name jsonb)`, values: 'none' },
    {
      sql: `WITH gone AS (DELETE FROM identity_migration.rejects WHERE ${open} RETURNING *)
        INSERT INTO ${STAGE}.${TAKEN} SELECT gone.*, ${rejectName(table)} FROM gone`,
      values: 'all',
    },
  ];
}

/** Puts back, as replayed, as many rejects of each name as there are staged rows of it. */
export function keepReplayedStatements(table: TablePlan): string[] {
  const columns = 'run, table_name, source, source_table, source_key, reason, detail, "row", rejected_at, chunk';
  return [
    `INSERT INTO identity_migration.rejects (${columns}, replayed_at)
     SELECT ${columns}, now() FROM (
       SELECT taken.*, row_number() OVER (PARTITION BY taken.name ORDER BY taken.rejected_at) AS rank, landed.n
         FROM ${STAGE}.${TAKEN} taken
         JOIN (SELECT ${stagedName(table)} AS name, count(*) AS n FROM ${STAGE}.${quoteIdentifier(table.table)} t GROUP BY 1) landed USING (name)
     ) ranked WHERE rank <= n`,
    `DROP TABLE ${STAGE}.${TAKEN}`,
  ];
}
