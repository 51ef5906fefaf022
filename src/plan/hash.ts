import { createHash } from 'node:crypto';
import { SOURCE_TABLES } from './sources/catalog.ts';
import { EMPTY_TABLES, PLAN } from './plan.ts';

/** The part that is the same whatever a run's input says, made once: every activity asks whether its plan is the run's. */
const FIXED = canonical({ empty: EMPTY_TABLES, sources: SOURCE_TABLES, tables: PLAN });

/** Canonical JSON of everything that decides what a run moves. The order of `allowMissing` and of object keys does not matter. */
export function planText(allowMissing: readonly string[]): string {
  return `{"allowMissing":${JSON.stringify([...new Set(allowMissing)].sort())},${FIXED.slice(1)}`;
}

/** sha256 of `planText`, in hex: workers of one run must agree on it. */
export function planHash(allowMissing: readonly string[]): string {
  return createHash('sha256').update(planText(allowMissing)).digest('hex');
}

function canonical(everything: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(everything, (_name, value: unknown) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
