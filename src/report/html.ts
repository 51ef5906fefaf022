import { escapeHtml } from './escape-html.ts';
import { totals } from './equation.ts';
import { runFacts } from './facts.ts';
import { formatCount, formatSeconds, formatTime } from './format.ts';
import { sectionHtml } from './html-section.ts';
import { REPORT_STYLE } from './html-style.ts';
import { checks, outcomeLine, type Check } from './outcome.ts';
import type { ReportData } from './report-data.ts';
import { reportSections } from './sections.ts';

/** The report as one self-contained page: no scripts, nothing fetched, light and dark, readable at phone width, fit to be printed. */
export function reportHtml(report: ReportData): string {
  const sections = reportSections(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Identity migration ${escapeHtml(report.run)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<header>
<p class="kicker">${kicker(report).map(escapeHtml).join(' · ')}</p>
<h1><span class="state ${escapeHtml(report.state)}">${escapeHtml(report.state)}</span> ${escapeHtml(outcomeLine(report))}</h1>
</header>
${figuresHtml(report)}
<section id="checks">
<h2>What you would ask first</h2>
<ul class="checks">
${checks(report).map(checkHtml).join('\n')}
</ul>
</section>
<nav aria-label="Contents">${sections.map(({ id, title }) => `<a href="#${id}">${escapeHtml(title)}</a>`).join(' ')} <a href="#facts">The run</a></nav>
${sections.map(sectionHtml).join('\n')}
<section id="facts">
<h2>The run</h2>
<dl>
${runFacts(report)
  .map(([name, text]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd></div>`)
  .join('\n')}
</dl>
</section>
</main>
</body>
</html>
`;
}

/** What, when, by whom and why, of the newest start. */
function kicker({ startedAt, events }: ReportData): string[] {
  const start = events.findLast((event) => event.event === 'start');
  const by =
    start?.event !== 'start'
      ? []
      : [...(start.by === null ? [] : [`started by ${start.by}`]), ...(start.reason === null ? [] : [start.reason])];
  return ['Identity migration', formatTime(startedAt), ...by];
}

function figuresHtml(report: ReportData): string {
  const sum = totals(report.tables);
  const figures: readonly (readonly [name: string, figure: string])[] = [
    ['source rows', formatCount(sum.source)],
    ['loaded', formatCount(sum.loaded)],
    ['merged', formatCount(sum.merged)],
    ['kept out', formatCount(sum.rejected)],
    ['changed to fit', formatCount(sum.adjusted)],
    ['took', formatSeconds(report.seconds)],
  ];
  return `<div class="figures">${figures.map(([name, text]) => `<div><b>${escapeHtml(text)}</b><span>${name}</span></div>`).join('')}</div>`;
}

function checkHtml({ ok, what, text }: Check): string {
  const [name, sign] = ok === null ? ['open', '–'] : ok ? ['good', '✓'] : ['bad', '✗'];
  return `<li class="${name}"><span class="sign" aria-hidden="true">${sign}</span><b>${escapeHtml(what)}</b> <span>${escapeHtml(text)}</span></li>`;
}
