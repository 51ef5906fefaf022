import type { ReportData } from './report-data.ts';
import { balanced } from './equation.ts';

/** The whole report as one JSON document; each table says whether its equation holds. */
export function reportJson(report: ReportData): string {
  const tables = report.tables.map((table) => ({ ...table, balanced: balanced(table) }));
  return `${JSON.stringify({ ...report, tables }, null, 2)}\n`;
}
