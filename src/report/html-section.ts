import { escapeHtml } from './escape-html.ts';
import type { Cell, Column, Section } from './section.ts';
import { barsSvg } from './svg-bars.ts';

/** A section of the page: a table that scrolls by itself where it is wider than the page. */
export function sectionHtml(section: Section): string {
  const { id, title, note, empty, rows, queries } = section;
  const parts = [
    `<h2>${escapeHtml(title)}</h2>`,
    ...(rows.length === 0
      ? [`<p>${escapeHtml(empty)}</p>`]
      : [
          ...(note === undefined ? [] : [`<p class="note">${withCode(note)}</p>`]),
          tableHtml(section),
          ...(queries === undefined ? [] : [`<pre>${escapeHtml(queries.join('\n'))}</pre>`]),
        ]),
  ];
  return `<section id="${id}">\n${parts.join('\n')}\n</section>`;
}

/** Text with commands in backticks. */
const withCode = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

const CLASSES: Readonly<Record<Column['kind'], string>> = { text: '', figure: ' class="n"', mark: ' class="m"', bars: ' class="bars"' };
const MARKS: Readonly<Record<string, string>> = { yes: 'good', NO: 'bad' };

function tableHtml({ title, columns, rows, footer }: Section): string {
  const line = (cells: readonly Cell[]): string =>
    `<tr>${cells.map((cell, index) => cellHtml(cell, columns[index]?.kind ?? 'text', firstText(cells))).join('')}</tr>`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}">
<table>
<thead><tr>${columns.map(({ name, kind }) => `<th scope="col"${CLASSES[kind]}>${escapeHtml(name)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(line).join('\n')}
</tbody>
${footer === null ? '' : `<tfoot>${line(footer)}</tfoot>`}
</table>
</div>`;
}

function cellHtml(cell: Cell, kind: Column['kind'], label: string): string {
  if (typeof cell !== 'string') return `<td class="bars">${barsSvg(cell, label)}</td>`;
  // Zeros stand back, so that what is there stands out.
  if (kind === 'figure' && cell === '0') return `<td class="n z">0</td>`;
  const shown = kind === 'mark' && MARKS[cell] !== undefined ? `<span class="${MARKS[cell]}">${escapeHtml(cell)}</span>` : escapeHtml(cell);
  return `<td${CLASSES[kind]}>${shown}</td>`;
}

const firstText = (cells: readonly Cell[]): string => {
  const [first] = cells;
  return typeof first === 'string' ? first : '';
};
