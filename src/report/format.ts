/** How numbers are written for people, in reports and on the terminal. */

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,234,567`; an em dash where nothing is known. */
export function formatCount(count: number | null): string {
  return count === null ? '—' : GROUPED.format(count);
}

/** `0.42 s`, `14.2 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) {
    return '—';
  }
  if (seconds < 59.95) {
    return `${seconds.toFixed(seconds < 0.995 ? 2 : 1)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  }
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units: `512 B`, `91.0 MB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) {
    return '—';
  }
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `2026-01-31 12:00:05 UTC` of an ISO time. */
export function formatTime(iso: string | null): string {
  return iso === null ? '—' : `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

function pad(count: number): string {
  return String(count).padStart(2, '0');
}
