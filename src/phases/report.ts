import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult, TableResult } from '../contract.ts';
import type { RunRef } from '../db/ledger/fence.ts';
import { endPhase } from '../db/ledger/phase-end.ts';
import { readRunReport } from '../db/ledger/runs-reader.ts';
import { MigrationError } from '../failures.ts';
import { reportHtml } from '../report/html.ts';
import { reportJson } from '../report/json.ts';
import { reportMarkdown } from '../report/markdown.ts';
import type { ReportData, TableReport } from '../report/report-data.ts';
import type { Attempt, Engine } from './engine.ts';
import { withRun } from './run-session.ts';

/** Writes the run's report as Markdown, JSON and HTML, and gives the workflow's result. */
export async function writeReport(engine: Engine, ref: RunRef, attempt: Attempt): Promise<RunResult> {
  return withRun(engine, ref, 'VerificationFailed', attempt, async (client) => {
    const read = await readRunReport(client, ref.run);
    if (read === null) throw new MigrationError('SchemaMismatch', { message: `Run ${ref.run} is not in the ledger.` });
    const finishedAt = new Date(Date.parse(read.startedAt) + read.seconds * 1000).toISOString();
    const data: ReportData = { ...read, state: 'done', phase: 'unlock', finishedAt };
    const path = writeFiles(engine.reportDirectory, data);
    await endPhase(client, ref, 'report', async () => {});
    const { planHash, seconds } = data;
    return { status: 'done', run: ref.run, planHash, tables: data.tables.map(resultOf), seconds: round(seconds), reportPath: path };
  });
}

/** Files 0600 in a directory 0700, each written aside and renamed. Returns the Markdown's path. */
function writeFiles(directory: string, data: ReportData): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const base = join(directory, `run-${data.run}`);
  const contents = { md: reportMarkdown(data), json: reportJson(data), html: reportHtml(data) };
  for (const [extension, text] of Object.entries(contents)) {
    writeFileSync(`${base}.${extension}.part`, text, { mode: 0o600 });
    renameSync(`${base}.${extension}.part`, `${base}.${extension}`);
  }
  return `${base}.md`;
}

function resultOf(table: TableReport): TableResult {
  return {
    table: table.table,
    source: table.source ?? 0,
    loaded: table.loaded ?? 0,
    merged: table.merged ?? 0,
    rejected: table.rejected ?? 0,
    adjusted: table.adjusted ?? 0,
    seconds: round(table.seconds ?? 0),
    proof: table.proof === 'full' || table.proof === 'counts' ? table.proof : 'none',
  };
}

const round = (seconds: number) => Math.round(seconds * 10) / 10;
