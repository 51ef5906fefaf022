import { runFacts } from './facts.ts';
import type { ReportData } from './report-data.ts';
import type { Section } from './sections.ts';
import { reportSections } from './sections.ts';

/** The report as GitHub-flavoured Markdown. */
export function reportMarkdown(report: ReportData): string {
  const facts = runFacts(report).map(([name, text]) => `- **${escape(name)}:** ${escape(text)}`);
  const sections = reportSections(report).map((section) => `## ${section.title}\n\n${sectionText(section)}`);
  return `${['# Identity migration', facts.join('\n'), ...sections].join('\n\n')}\n`;
}

function sectionText({ columns, rows, footer, empty }: Section): string {
  if (rows.length === 0) {
    return empty;
  }
  return [
    row(columns.map((column) => column.name)),
    `|${columns.map((column) => (column.numeric ? '--:' : '---')).join('|')}|`,
    ...rows.map(row),
    ...(footer === null ? [] : [row(footer.map((cell) => (cell === '' ? '' : `**${cell}**`)))]),
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(escape).join(' | ')} |`;
}

/** An operator's own words (`reason`, paths) must not become markup. Asterisks and underscores do no harm in a name. */
function escape(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\\/g, '\\\\').replace(/\|/g, '\\|').replace(/</g, '&lt;').replace(/`/g, '\\`');
}
