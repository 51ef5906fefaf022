import type { Progress, TableProgress } from '../src/contract.ts';

/** The run as Markdown, for the Web UI's current details: names, counts and times only. Under 20,000 bytes. */
export function renderDetails(progress: Progress): string {
  const { phase, step, rows, concurrency, secondsLeft } = progress;
  const left = secondsLeft === null ? '' : `, about ${secondsLeft} s left`;
  const lines = [
    `**${phase}** · ${progress.state}${progress.waitingFor === null ? '' : ` · ${progress.waitingFor}`}`,
    '',
    `Run ${progress.run ?? 'not begun'} · step ${step.done} of ${step.of} · ${number(rows.done)} of ${number(rows.of)} rows · ` +
      `${number(progress.seconds)} s${left} · concurrency ${concurrency}`,
    ...progress.notices.map((notice) => `\n> ${notice}`),
  ];
  if (progress.tables.length > 0) {
    lines.push('', lineOf(['table', 'state', 'rows', 'rows/s', 'rejected']), '|---|---|--:|--:|--:|');
    lines.push(...progress.tables.map(row));
  }
  return lines.join('\n');
}

function row(table: TableProgress): string {
  return lineOf([
    table.table,
    table.state,
    `${number(table.rows.done)} of ${number(table.rows.of)}`,
    number(table.rowsPerSecond),
    number(table.rejected),
  ]);
}

/** The Web UI gives the cells of a table no room of their own, and breaks them at every blank: both would make figures unreadable. */
const lineOf = (cells: readonly string[]) => `|${cells.map((cell) => ` ${cell} `.replaceAll(' ', NO_BREAK)).join('|')}|`;
const NO_BREAK = '\u00a0';

const number = (value: number) => value.toLocaleString('en');
