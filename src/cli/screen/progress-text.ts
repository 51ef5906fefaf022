import type { Progress, TableProgress } from '../../contract.ts';
import { formatCount, formatSeconds } from '../../report/format.ts';

const BAR_WIDTH = 24;
const NAME_WIDTH = 24;

/** `copy 31/260 · running · 1,200,000 of 5,100,000 rows · 310,000 rows/s · 46.0 s left`. */
export function overallText(progress: Progress): string {
  const { phase, step, rows, secondsLeft } = progress;
  const speed = rowsPerSecond(progress);
  return [
    `${phase}${step.of > 0 ? ` ${step.done}/${step.of}` : ''}`,
    stateText(progress),
    ...(rows.of > 0 || rows.done > 0 ? [`${formatCount(rows.done)} of ${formatCount(rows.of)} rows`] : []),
    ...(speed > 0 ? [`${formatCount(speed)} rows/s`] : []),
    ...(secondsLeft === null ? [] : [`${formatSeconds(secondsLeft)} left`]),
  ].join(' · ');
}

/** `running`, or `waiting for source common_oltp`. */
export function stateText({ state, waitingFor }: Progress): string {
  return waitingFor === null ? state : `${state} for ${waitingFor}`;
}

/** One line of a table: bar, share, rows, speed, chunks and what did not go smoothly. */
export function tableText(table: TableProgress): string {
  const share = table.rows.of > 0 ? Math.min(1, table.rows.done / table.rows.of) : 0;
  const full = Math.round(share * BAR_WIDTH);
  return [
    table.table.padEnd(NAME_WIDTH),
    `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${String(Math.floor(share * 100)).padStart(3)}%`,
    `${formatCount(table.rows.done)}/${formatCount(table.rows.of)}`,
    table.state === 'failed' ? 'FAILED' : `${formatCount(table.rowsPerSecond)}/s`,
    `chunks ${table.chunks.done}/${table.chunks.of}`,
    ...(table.rejected > 0 ? [`${formatCount(table.rejected)} rejected`] : []),
    ...(table.adjusted > 0 ? [`${formatCount(table.adjusted)} adjusted`] : []),
  ].join('  ');
}

/** Rows per second of what is being copied now; over the whole run where no table says. */
function rowsPerSecond({ tables, rows, seconds, phase }: Progress): number {
  if (phase !== 'copy') {
    return 0;
  }
  const now = tables.filter((table) => table.state === 'copying').reduce((sum, table) => sum + table.rowsPerSecond, 0);
  return now > 0 || seconds <= 0 ? now : rows.done / seconds;
}
