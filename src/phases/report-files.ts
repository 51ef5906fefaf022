import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { replacePrivateFile } from '../private-file.ts';
import { reportHtml } from '../report/html.ts';
import { reportJson } from '../report/json.ts';
import { reportMarkdown } from '../report/markdown.ts';
import type { ReportData } from '../report/report-data.ts';

/** Writes a run's report as Markdown, JSON and HTML: files 0600 in a directory 0700. Returns the Markdown's path. */
export function writeReportFiles(directory: string, data: ReportData): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const base = join(directory, `run-${data.run}`);
  const contents = { md: reportMarkdown(data), json: reportJson(data), html: reportHtml(data) };
  for (const [extension, text] of Object.entries(contents)) replacePrivateFile(`${base}.${extension}`, text);
  return `${base}.md`;
}
