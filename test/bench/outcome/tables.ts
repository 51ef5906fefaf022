import type { Sample } from './sample.ts';
import { spreadOf, type Spread } from './spread.ts';
import type { Verdict } from './judge.ts';

/** The contenders' seconds as a Markdown table: median and range over the rounds, rows per second, further figures. */
export function timesTable(samples: readonly Sample[]): string {
  const contenders = [...new Set(samples.map((sample) => sample.contender))];
  const lines = contenders.flatMap((contender) => {
    const mine = samples.filter((sample) => sample.contender === contender);
    const good = mine.filter((sample) => sample.error === null);
    const spread = spreadOf(good.map((sample) => sample.seconds));
    const failed = mine.find((sample) => sample.error !== null);
    if (spread === null) return failed === undefined ? [] : [`| ${cell(contender)} | failed: ${cell(failed.error!)} | | |`];
    const rows = good[0]!.rows;
    const figures = Object.keys(good[0]!.figures).map((name) => {
      const of = spreadOf(good.flatMap((sample) => sample.figures[name] ?? []));
      return `${name} ${number(of!.median)}`;
    });
    const rate = rows === 0 ? '' : String(Math.round(rows / spread.median / 1_000));
    return [`| ${cell(contender)} | ${shown(spread)} | ${rate} | ${figures.join(', ')} |`];
  });
  return [
    '| contender | seconds: median [range] | thousand rows a second | further figures, medians |',
    '|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/** The targets as a Markdown table. */
export function verdictsTable(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ target, unit, bound, spread, verdict }) => {
    const wanted = 'atLeast' in bound ? `≥ ${bound.atLeast}` : `≤ ${bound.atMost}`;
    const seen = spread === null ? '' : `${shown(spread)} ${unit}`;
    return `| ${cell(target)} | ${wanted} ${unit} | ${seen} | ${verdict} |`;
  });
  return ['| target | wanted | median [range] of the rounds | |', '|---|---|---|---|', ...lines].join('\n');
}

function shown({ median, least, most, count }: Spread): string {
  return count === 1 ? number(median) : `${number(median)} [${number(least)}–${number(most)}]`;
}

/** Three digits that count. */
function number(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 300);
