import { createLogUpdate } from 'log-update';
import type { Progress } from '../../contract.ts';
import type { Output } from '../context.ts';
import { silenceText } from './line-screen.ts';
import type { ProgressScreen } from './screen.ts';
import { overallText, tableText } from './progress-text.ts';

const DEFAULT_SIZE = { columns: 80, rows: 24 };
/** Lines that are not tables: the overall one, silence, a prompt. */
const OTHER_LINES = 4;

/** Live bars: one line per table that is being copied, below an overall line. */
export function barScreen(output: Output): ProgressScreen {
  const stream = output as unknown as NodeJS.WritableStream;
  const update = createLogUpdate(stream);
  const told = new Set<string>();
  let latest: Progress | undefined;
  return {
    show(answer) {
      if (answer.kind === 'progress') {
        latest = answer.progress;
        for (const notice of latest.notices.filter((text) => !told.has(text))) {
          told.add(notice);
          update.clear();
          output.write(`${notice}\n`);
        }
      }
      const silence = answer.kind === 'progress' ? [] : [silenceText(answer.kind)];
      update(
        fit(
          [...(latest === undefined ? [] : pictureLines(latest, output.rows ?? DEFAULT_SIZE.rows)), ...silence],
          output.columns ?? DEFAULT_SIZE.columns,
        ),
      );
    },
    close: () => update.done(),
  };
}

/** Tables that are being copied or failed, as many as the terminal holds, under the overall line. */
export function pictureLines(progress: Progress, height: number): string[] {
  const active = progress.tables.filter((table) => table.state === 'copying' || table.state === 'failed');
  const shown = active.slice(0, Math.max(0, height - OTHER_LINES));
  const hidden = active.length - shown.length;
  return [overallText(progress), ...shown.map(tableText), ...(hidden > 0 ? [`… and ${hidden} more`] : [])];
}

/** A line that wraps would break the live picture. */
function fit(lines: readonly string[], width: number): string {
  return lines.map((line) => (line.length < width ? line : `${line.slice(0, Math.max(1, width - 2))}…`)).join('\n');
}
