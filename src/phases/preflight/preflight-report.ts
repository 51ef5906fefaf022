import type { RunInput } from '../../contract.ts';
import type { Prediction } from '../../db/ledger/predictions.ts';
import { EMPTY_TABLES, tablePlan } from '../../plan/plan.ts';
import type { Attempt, Engine } from '../engine.ts';
import type { Finding } from './finding.ts';
import { inspect, type Inspection } from './inspect.ts';
import { predictedTotals } from './predicted-result.ts';

export type Verdict = 'fine' | 'warn' | 'block';

/** One table of the target, as a run would fill it. */
export interface TableForecast {
  readonly table: string;
  /** Its driving table, `common_oltp.user`; null for one that starts empty. */
  readonly source: string | null;
  readonly rows: number;
  /** False where rows or predictions are estimates. */
  readonly exact: boolean;
  /** About how many bytes the rows take in their source. */
  readonly bytes: number;
  readonly chunks: number;
  /** A rough estimate of its copy alone, one chunk at a time. */
  readonly seconds: number;
  readonly loaded: number;
  readonly merged: number;
  readonly rejected: number;
  readonly adjusted: number;
  /** Rows that each rule touches. */
  readonly reasons: Readonly<Record<string, number>>;
}

export interface PreflightReport {
  readonly verdict: Verdict;
  readonly findings: readonly Pick<Finding, 'level' | 'what' | 'cause' | 'next'>[];
  /** None where the sources cannot be read. */
  readonly tables: readonly TableForecast[];
}

/** Bytes and rows a second of one chunk's copy on a modest machine: whichever takes longer. */
const BYTES_A_SECOND = 40 << 20;
const ROWS_A_SECOND = 200_000;

/** What a start with this input would meet, and what it would do to every table. Reads, and writes nothing. */
export async function preflightReport(engine: Engine, given: RunInput, attempt: Attempt): Promise<PreflightReport> {
  const found = await inspect(engine, given, attempt, 'all');
  const findings = [...found.findings, ...found.forecasts, ...found.advice].map(({ level, what, cause, next }) => ({
    level,
    what,
    cause,
    next,
  }));
  const has = (wanted: Finding['level']) => findings.some(({ level }) => level === wanted);
  const verdict = has('block') ? 'block' : has('warn') ? 'warn' : 'fine';
  return { verdict, findings, tables: found.sizes.length === 0 ? [] : found.tables.map(({ table }) => forecastOf(table, found)) };
}

function forecastOf(table: string, { sizes, tables, predictions }: Inspection): TableForecast {
  const rows = sizes.find((size) => size.table === table)?.rows ?? 0;
  const bytes = Math.round(rows * (sizes.find((size) => size.table === table)?.bytesPerRow ?? 0));
  const chunkRows = tables.find((planned) => planned.table === table)!.chunkRows;
  const { loaded, merged, rejected, adjusted } = predictedTotals(predictions, table);
  const own = predictions.filter((one) => one.table === table);
  return {
    table,
    source: EMPTY_TABLES.includes(table) ? null : `${tablePlan(table).source}.${tablePlan(table).sourceTable}`,
    rows,
    exact: own.every(({ exact }) => exact),
    bytes,
    chunks: EMPTY_TABLES.includes(table) ? 0 : Math.max(1, Math.ceil(rows / chunkRows)),
    seconds: Math.round(Math.max(rows / ROWS_A_SECOND, bytes / BYTES_A_SECOND) * 10) / 10,
    loaded,
    merged,
    rejected,
    adjusted,
    reasons: reasonsOf(own),
  };
}

/** One reason can reject a row of one column and bend one of another: both count. */
function reasonsOf(predictions: readonly Prediction[]): Record<string, number> {
  const reasons: Record<string, number> = {};
  for (const { reason, rows } of predictions) if (reason !== '') reasons[reason] = (reasons[reason] ?? 0) + rows;
  return reasons;
}
