import type { RunEvent } from './run-events.ts';

/**
 * What a report says about one run: names, counts, times and hashes; no keys, ids or values of rows.
 * Times are ISO 8601 in UTC, durations seconds, sizes bytes. Null: not known (yet).
 */
export interface ReportData {
  readonly run: string;
  readonly workflowId: string;
  readonly epoch: number;
  readonly state: string;
  readonly phase: string;
  readonly planHash: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly seconds: number;
  readonly input: Readonly<Record<string, unknown>>;
  /** Why the run ended, where it failed. */
  readonly failure: FailureReport | null;
  /** Database → server and version. */
  readonly servers: Readonly<Record<string, string>>;
  /** How many indexes and keys were built at once, and the session's settings for it; null before that. */
  readonly builds: Readonly<Record<string, string | number>> | null;
  readonly tables: readonly TableReport[];
  readonly rejects: readonly RejectReport[];
  readonly adjustments: readonly AdjustmentReport[];
  readonly chunks: readonly ChunkReport[];
  readonly events: readonly RunEvent[];
  readonly steps: readonly StepReport[];
  /** What preflight said before anything was touched; none of a run that did not keep it. */
  readonly predictions: readonly PredictionReport[];
  /** Rows that a proof found to differ, by table; none in a run that is done. */
  readonly differences: readonly DifferenceReport[];
  /** The last one that belongs to the run. */
  readonly backup: BackupReport | null;
}

export interface FailureReport {
  readonly type: string;
  readonly message: string;
}

export interface TableReport {
  readonly table: string;
  readonly state: string;
  readonly source: number | null;
  readonly loaded: number | null;
  readonly merged: number | null;
  readonly rejected: number | null;
  readonly adjusted: number | null;
  readonly seconds: number | null;
  readonly proof: string | null;
  readonly failure: FailureReport | null;
}

export interface RejectReport {
  readonly table: string;
  readonly source: string;
  readonly sourceTable: string;
  readonly reason: string;
  readonly rows: number;
  /** Of these: tried again after a fix, and in the target now. */
  readonly replayed: number;
}

export interface AdjustmentReport {
  readonly table: string;
  readonly column: string | null;
  readonly reason: string;
  /** The side source, for rows that were not carried; else null. */
  readonly sideSource: string | null;
  readonly rows: number;
}

export interface ChunkReport {
  readonly table: string;
  readonly chunk: number;
  readonly state: string;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly attempt: number;
  /** Both proofs were made of what it holds. */
  readonly proved: boolean;
  readonly worker: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface StepReport {
  /** `proof`, `reconcile`, `constrain`, `verify`, or `moves`: whether a source moved. */
  readonly list: string;
  readonly step: string;
  /** Of constrain: `build`, `unique_index`, `index`, `reference`, `foreign_key`, `default`, `drop carry`, `identity` or `grants`. */
  readonly kind: string | null;
  readonly table: string | null;
  readonly done: boolean;
  readonly seconds: number | null;
}

export interface PredictionReport {
  readonly table: string;
  readonly kind: 'source' | 'loaded' | 'merged' | 'rejected' | 'adjusted';
  /** The rule; empty for the table's total. */
  readonly reason: string;
  readonly rows: number;
  /** False: an estimate. */
  readonly exact: boolean;
}

export interface DifferenceReport {
  readonly table: string;
  readonly kind: string;
  readonly rows: number;
}

export interface BackupReport {
  readonly path: string;
  readonly host: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly verifiedAt: string | null;
  readonly createdAt: string;
}

/** One line of the list of past runs. */
export interface RunListing {
  readonly run: string;
  readonly workflowId: string;
  readonly state: string;
  readonly phase: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly seconds: number;
  readonly reason: string | null;
  readonly loaded: number;
  readonly rejected: number;
  readonly failure: FailureReport | null;
}
