import { compare } from './compare.ts';
import { balanced } from './equation.ts';
import { checks, outcomeLine } from './outcome.ts';
import type { ReportData } from './report-data.ts';
import { pausesOf, phaseTimes } from './run-times.ts';

/** The whole report as one JSON document; each table says whether its equation holds, each prediction what became of it. */
export function reportJson(report: ReportData): string {
  const tables = report.tables.map((table) => ({ ...table, balanced: balanced(table) }));
  const phases = phaseTimes(report).map(({ phase, work, paused, stopped }) => ({ phase, seconds: work, paused, stopped }));
  const derived = { outcome: outcomeLine(report), checks: checks(report), phases, pauses: pausesOf(report), predictions: compare(report) };
  return `${JSON.stringify({ ...report, tables, ...derived }, null, 2)}\n`;
}
