import type { Random } from './random.ts';

const FIRST = Date.UTC(2001, 2, 1) / 1000;
const LAST = Date.UTC(2025, 10, 30) / 1000;

/** A moment between 2001 and 2025, later ones likelier, as `YYYY-MM-DD HH:MM:SS`. */
export function moment(random: Random): string {
  return render(FIRST + Math.floor((LAST - FIRST) * Math.sqrt(random.next())));
}

/** With microseconds, as PostgreSQL has them. */
export function preciseMoment(random: Random): string {
  return `${moment(random)}.${String(random.int(0, 999_999)).padStart(6, '0')}`;
}

export function day(random: Random): string {
  return moment(random).slice(0, 10);
}

function render(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19);
}
