import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { readRunReport } from '../db/ledger/runs-reader.ts';
import { reportHtml } from '../report/html.ts';
import { reportJson } from '../report/json.ts';
import { reportMarkdown } from '../report/markdown.ts';
import type { ReportData } from '../report/report-data.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { forceOption, OUTPUT, writeOutput } from './output-file.ts';
import { readTarget } from './read-target.ts';
import { noSuchRun, parseRun } from './run-option.ts';

const FORMATS = { md: reportMarkdown, json: reportJson, html: reportHtml } as const satisfies Record<
  string,
  (report: ReportData) => string
>;
type Format = keyof typeof FORMATS;

interface Options {
  readonly run?: string;
  readonly format?: Format;
  readonly output?: string;
  readonly force?: true;
  readonly json?: true;
}

export function reportCommand(context: CliContext): Command {
  return command('report', 'the report of a run, from the ledger in the target: counts, names and times, no rows', [
    'report',
    'report --format html --output report.html',
    'report --run 0b1f3c9e-58a4-4d1b-9b0e-0d9a4a3f7c11 --format json',
  ])
    .option('--run <ID>', 'which run; the newest unless given', parseRun)
    .addOption(new Option('--format <FORMAT>', 'md (the default), json or html').choices(Object.keys(FORMATS)))
    .option(...OUTPUT)
    .addOption(forceOption())
    .action((options: Options) => report(options, context));
}

async function report(options: Options, context: CliContext): Promise<void> {
  const format = options.format ?? (options.json === true ? 'json' : 'md');
  const data = await readTarget(readSettings(context).config, 'report', (client) => readRunReport(client, options.run));
  if (data === null) {
    throw noSuchRun(options.run);
  }
  const text = FORMATS[format](data);
  if (options.output === undefined) {
    context.stdout.write(text);
    return;
  }
  const path = resolve(context.directory, options.output);
  writeOutput(path, text, options.force === true);
  context.stdout.write(
    options.json === true ? `${JSON.stringify({ run: data.run, format, path })}\n` : `Report of run ${data.run}: ${path}\n`,
  );
}
