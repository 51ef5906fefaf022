import type { RunResult, TableResult } from '../contract.ts';
import type { RunRef } from '../db/ledger/fence.ts';
import { endPhase } from '../db/ledger/phase-end.ts';
import { readRunReport } from '../db/ledger/runs-reader.ts';
import { MigrationError } from '../failures.ts';
import type { ReportData, TableReport } from '../report/report-data.ts';
import type { Attempt, Engine } from './engine.ts';
import { writeReportFiles } from './report-files.ts';
import { withRun } from './run-session.ts';

/** Writes the run's report as Markdown, JSON and HTML, and gives the workflow's result. */
export async function writeReport(engine: Engine, ref: RunRef, attempt: Attempt): Promise<RunResult> {
  return withRun(engine, ref, 'VerificationFailed', attempt, async (client) => {
    const read = await readRunReport(client, ref.run);
    if (read === null) throw new MigrationError('SchemaMismatch', { message: `Run ${ref.run} is not in the ledger.` });
    const finishedAt = new Date(Date.parse(read.startedAt) + read.seconds * 1000).toISOString();
    const data: ReportData = { ...read, state: 'done', phase: 'unlock', finishedAt };
    const path = writeReportFiles(engine.reportDirectory, data);
    await endPhase(client, ref, 'report', async () => {});
    const { planHash, seconds } = data;
    return { status: 'done', run: ref.run, planHash, tables: data.tables.map(resultOf), seconds: round(seconds), reportPath: path };
  });
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
