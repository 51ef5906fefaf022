import type { Command } from 'commander';
import { listRuns } from '../db/ledger/runs-reader.ts';
import { formatCount, formatSeconds, formatTime } from '../report/format.ts';
import type { RunListing } from '../report/report-data.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { readTarget } from './read-target.ts';
import { textTable } from './screen/text-table.ts';

const COLUMNS = [
  ...['run', 'state', 'phase', 'started'].map((name) => ({ name, numeric: false })),
  ...['took', 'loaded', 'rejected'].map((name) => ({ name, numeric: true })),
  { name: 'reason', numeric: false },
];

export function runsCommand(context: CliContext): Command {
  return command('runs', 'list past runs, newest first, from the ledger in the target', ['runs', 'runs --json']).action(
    async (options: { readonly json?: true }) => {
      const runs = await readTarget(readSettings(context).config, 'runs', listRuns);
      context.stdout.write(options.json === true ? `${JSON.stringify(runs)}\n` : `${runsText(runs)}\n`);
    },
  );
}

function runsText(runs: readonly RunListing[]): string {
  if (runs.length === 0) {
    return 'No run yet in this target.';
  }
  const rows = runs.map((run) => [
    run.run,
    run.failure === null ? run.state : `${run.state} (${run.failure.type})`,
    run.phase,
    formatTime(run.startedAt),
    formatSeconds(run.seconds),
    formatCount(run.loaded),
    formatCount(run.rejected),
    run.reason ?? '',
  ]);
  return textTable(COLUMNS, rows);
}
