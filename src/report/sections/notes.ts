import { formatCount } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { figure, text, type Section } from '../section.ts';

/** Rows that are not in the target, by reason. */
export function rejectsSection({ rejects, run }: ReportData): Section {
  return {
    id: 'kept-out',
    title: 'Rows kept out',
    note: 'Each is kept in identity_migration.rejects with its key, its reason and what the source held, without secret columns. After a fix, `npx identity-migrate replay` tries them again.',
    columns: [...['table', 'reason', 'source', 'source table'].map(text), ...['rows', 'replayed since'].map(figure)],
    rows: rejects.map((one) => [one.table, one.reason, one.source, one.sourceTable, formatCount(one.rows), formatCount(one.replayed)]),
    footer: rejects.length === 0 ? null : ['all', '', '', '', sum(rejects, 'rows'), sum(rejects, 'replayed')],
    empty: 'No row was kept out.',
    ...(rejects.length === 0
      ? {}
      : {
          queries: [
            'npx identity-migrate rejects                      # keys and reasons; also --table T, --reason R, --json',
            `SELECT table_name, source_key, reason, detail FROM identity_migration.rejects WHERE run = '${run}' AND replayed_at IS NULL;`,
          ],
        }),
  };
}

/** Rows that are in the target other than the source holds them, by reason. */
export function adjustmentsSection({ adjustments, run }: ReportData): Section {
  return {
    id: 'changed',
    title: 'Rows changed to fit',
    note: 'Loaded, with a value that the target can hold. Who lost a handle or an address to whom is listed by id, so that they can be written to.',
    columns: [...['table', 'reason', 'column', 'side source'].map(text), figure('rows')],
    rows: adjustments.map((one) => [one.table, one.reason, one.column ?? '', one.sideSource ?? '', formatCount(one.rows)]),
    footer: adjustments.length === 0 ? null : ['all', '', '', '', sum(adjustments, 'rows')],
    empty: 'No row was changed.',
    ...(adjustments.length === 0
      ? {}
      : {
          queries: [
            'npx identity-migrate rejects --adjusted           # who lost what to whom; also --reason handle_twin, --json',
            `SELECT table_name, column_name, reason, source_key, detail, rows FROM identity_migration.adjustments WHERE run = '${run}';`,
          ],
        }),
  };
}

function sum<Name extends string>(list: readonly Readonly<Record<Name, number>>[], name: Name): string {
  return formatCount(list.reduce((total, one) => total + one[name], 0));
}
