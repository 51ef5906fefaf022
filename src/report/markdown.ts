import { runFacts } from './facts.ts';
import { checks, outcomeLine } from './outcome.ts';
import type { ReportData } from './report-data.ts';
import type { Cell, Section } from './section.ts';
import { reportSections } from './sections.ts';

/** The report as GitHub-flavoured Markdown: the same tables as the page's, without its pictures. */
export function reportMarkdown(report: ReportData): string {
  const answers = checks(report).map(
    ({ ok, what, text }) => `- ${ok === null ? '–' : ok ? '✓' : '✗'} **${escape(what)}:** ${escape(text)}`,
  );
  const facts = runFacts(report).map(([name, text]) => `- **${escape(name)}:** ${escape(text)}`);
  const sections = reportSections(report).map((section) => `## ${section.title}\n\n${sectionText(section)}`);
  const head = `# Identity migration: ${escape(report.state)}\n\n${escape(outcomeLine(report))}`;
  return `${[head, answers.join('\n'), facts.join('\n'), ...sections].join('\n\n')}\n`;
}

function sectionText(section: Section): string {
  if (section.rows.length === 0) return section.empty;
  const queries = section.queries === undefined ? [] : [`\`\`\`\n${section.queries.join('\n')}\n\`\`\``];
  return [...(section.note === undefined ? [] : [section.note]), tableText(section), ...queries].join('\n\n');
}

function tableText({ columns, rows, footer }: Section): string {
  const shown = <T>(cells: readonly T[]): T[] => cells.filter((_cell, index) => columns[index]?.kind !== 'bars');
  return [
    row(shown(columns).map((column) => column.name)),
    `|${shown(columns)
      .map((column) => (column.kind === 'figure' ? '--:' : '---'))
      .join('|')}|`,
    ...rows.map((cells) => row(shown(cells))),
    ...(footer === null ? [] : [row(shown(footer).map((cell) => (cell === '' ? '' : `**${cell}**`)))]),
  ].join('\n');
}

function row(cells: readonly Cell[]): string {
  return `| ${cells.map((cell) => (typeof cell === 'string' ? escape(cell) : '')).join(' | ')} |`;
}

/** An operator's own words (`reason`, paths) must not become markup. Asterisks and underscores do no harm in a name. */
function escape(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\\/g, '\\\\').replace(/\|/g, '\\|').replace(/</g, '&lt;').replace(/`/g, '\\`');
}
