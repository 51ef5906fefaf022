import { createHash } from 'node:crypto';
import { SOURCE_TABLES } from './sources/catalog.ts';
import { EMPTY_TABLES, PLAN } from './plan.ts';

/** Canonical JSON of everything that decides what a run moves. The order of `allowMissing` and of object keys does not matter. */
export function planText(allowMissing: readonly string[]): string {
  return JSON.stringify(
    { allowMissing: [...new Set(allowMissing)].sort(), empty: EMPTY_TABLES, sources: SOURCE_TABLES, tables: PLAN },
    (_name, value: unknown) => (isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value),
  );
}

/** sha256 of `planText`, in hex: workers of one run must agree on it. */
export function planHash(allowMissing: readonly string[]): string {
  return createHash('sha256').update(planText(allowMissing)).digest('hex');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
