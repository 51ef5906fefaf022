import { runFacts } from './facts.ts';
import { REPORT_STYLE } from './html-style.ts';
import type { ReportData } from './report-data.ts';
import type { Section } from './sections.ts';
import { reportSections } from './sections.ts';

/** The report as one self-contained page: no scripts, nothing fetched, light and dark, readable at phone width. */
export function reportHtml(report: ReportData): string {
  const facts = runFacts(report).map(([name, text]) => `<div><dt>${escape(name)}</dt><dd>${escape(text)}</dd></div>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Identity migration ${escape(report.run)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>Identity migration <span class="state ${escape(report.state)}">${escape(report.state)}</span></h1>
<dl>
${facts.join('\n')}
</dl>
${reportSections(report).map(sectionHtml).join('\n')}
</main>
</body>
</html>
`;
}

function sectionHtml(section: Section): string {
  return `<section>\n<h2>${escape(section.title)}</h2>\n${section.rows.length === 0 ? `<p>${escape(section.empty)}</p>` : tableHtml(section)}\n</section>`;
}

function tableHtml({ title, columns, rows, footer }: Section): string {
  const cell = (tag: 'td' | 'th') => (text: string, index: number) =>
    `<${tag}${columns[index]?.numeric === true ? ' class="n"' : ''}${tag === 'th' ? ' scope="col"' : ''}>${escape(text)}</${tag}>`;
  const line = (cells: readonly string[]): string => `<tr>${cells.map(cell('td')).join('')}</tr>`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escape(title)}">
<table>
<thead><tr>${columns.map((column, index) => cell('th')(column.name, index)).join('')}</tr></thead>
<tbody>
${rows.map(line).join('\n')}
</tbody>
${footer === null ? '' : `<tfoot>${line(footer)}</tfoot>`}
</table>
</div>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
