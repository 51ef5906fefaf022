/** A timestamptz as COPY sends it: microseconds since 2000-01-01 UTC, in two 32-bit halves. */
export interface Microseconds {
  readonly high: number;
  readonly low: number;
}

const DAYS_1970_TO_2000 = 10_957;

/**
 * `YYYY-MM-DD[ HH:MM:SS[.ffffff]]` in ASCII, as MySQL's text protocol sends dates, read as UTC.
 * Null where it is no date: a zero year, month or day, or one that the calendar lacks.
 */
export function parseDatetime(text: Buffer): Microseconds | null {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (year === 0 || month === 0 || day === 0 || day > daysIn(year, month)) return null;
  const seconds = text.length >= 19 ? digits(text, 11, 2) * 3600 + digits(text, 14, 2) * 60 + digits(text, 17, 2) : 0;
  const fraction = text.length > 20 ? digits(text, 20, text.length - 20) * 10 ** (26 - text.length) : 0;
  return microseconds((daysSince1970(year, month, day) - DAYS_1970_TO_2000) * 86_400 + seconds, fraction);
}

/** Exact beyond 2^53: 1,000,000 is 64 × 15,625, so the product is taken in two steps that each stay below it. */
export function microseconds(seconds: number, fraction: number): Microseconds {
  const by64 = seconds * 15_625 + Math.floor(fraction / 64);
  const high = Math.floor(by64 / 2 ** 26);
  return { high, low: (by64 - high * 2 ** 26) * 64 + (fraction % 64) };
}

export function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : month > 12 ? 0 : 31;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar: eras of 400 years, years counted from March. */
export function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function digits(text: Buffer, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) value = value * 10 + (text[index]! - 48);
  return value;
}
