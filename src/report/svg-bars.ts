import { escapeHtml } from './escape-html.ts';
import type { Bars } from './section.ts';

const WIDTH = 1000;
const LANE = 12;
const GAP = 3;
/** Nothing that took time is left unseen. */
const NARROWEST = 2;

/** A row's bars as an inline picture that takes the width it is given; its text is in the table beside it, and in each bar's title. */
export function barsSvg({ lanes }: Bars, label: string): string {
  const height = Math.max(1, lanes.length) * (LANE + GAP) - GAP;
  const drawn = lanes.flatMap((lane, index) =>
    lane.map(({ from, to, tone, title }) => {
      const x = Math.min(from * WIDTH, WIDTH - NARROWEST);
      const width = Math.max(NARROWEST, (to - from) * WIDTH);
      return `<rect class="${tone}" x="${round(x)}" y="${index * (LANE + GAP)}" width="${round(width)}" height="${LANE}"><title>${escapeHtml(title)}</title></rect>`;
    }),
  );
  return `<svg role="img" aria-label="${escapeHtml(label)}" viewBox="0 0 ${WIDTH} ${height}" height="${height}" preserveAspectRatio="none">${drawn.join('')}</svg>`;
}

const round = (value: number) => Math.round(value * 10) / 10;
