/**
 * What workflow, activities, CLI and operators say to each other: names and payloads.
 * Imported by the workflow sandbox, so it holds no I/O and imports nothing but types and failures.
 */
export const TASK_QUEUE = 'identity-migration';
export const WORKFLOW_TYPE = 'migrateIdentity';
export const DEFAULT_WORKFLOW_ID = 'migrate-identity';

/** The way of a run, in order. `runs.phase` in the ledger holds one of these. */
export const PHASES = [
  'preflight',
  'lock',
  'backup',
  'drop',
  'create',
  'copy',
  'reconcile',
  'constrain',
  'verify',
  'report',
  'unlock',
] as const;
export type Phase = (typeof PHASES)[number];

export const MAX_CONCURRENCY = 64;

/** A run's input once every field is known. */
export interface RunOptions {
  readonly dryRun: boolean;
  readonly backup: boolean;
  readonly adopt: boolean;
  readonly fresh: boolean;
  readonly concurrency: number;
  readonly verify: VerifyLevel;
  /** Per table: rows, or a share of the driving rows as "1%". */
  readonly maxRejected: Readonly<Record<string, number | string>>;
  readonly allowMissing: readonly string[];
  readonly reason: string | null;
}
export type VerifyLevel = 'full' | 'counts';
/** What an operator types: every field optional. */
export type RunInput = Partial<RunOptions>;

export const DEFAULT_OPTIONS: RunOptions = {
  dryRun: false,
  backup: true,
  adopt: false,
  fresh: false,
  concurrency: 4,
  verify: 'full',
  maxRejected: {},
  allowMissing: [],
  reason: null,
};

export interface PauseRequest {
  readonly reason?: string;
}
export interface AbortRequest {
  readonly reason?: string;
  readonly then?: AbortThen;
}
export type AbortThen = 'leave' | 'restore';
export interface ConcurrencyRequest {
  readonly concurrency: number;
}

export const SIGNALS = { pause: 'pause', resume: 'resume', abort: 'abort' } as const;
export const QUERIES = { progress: 'progress' } as const;
export const UPDATES = { setConcurrency: 'setConcurrency' } as const;

export type RunState = 'running' | 'pausing' | 'paused' | 'aborting' | 'waiting';
export type TableState = 'waiting' | 'copying' | 'copied' | 'failed' | 'done';
export interface Tally {
  readonly done: number;
  readonly of: number;
}

export interface TableProgress {
  readonly table: string;
  readonly state: TableState;
  readonly rows: Tally;
  readonly rowsPerSecond: number;
  readonly chunks: Tally;
  readonly rejected: number;
  readonly adjusted: number;
}

/** Answer of the query `progress`. Seconds since the run began; `secondsLeft` null where nothing is known yet. */
export interface Progress {
  /** Null before the lock phase and in a dry run. */
  readonly run: string | null;
  readonly phase: Phase;
  readonly state: RunState;
  readonly waitingFor: string | null;
  readonly step: Tally;
  readonly concurrency: number;
  readonly rows: Tally;
  readonly bytes: number;
  readonly seconds: number;
  readonly secondsLeft: number | null;
  readonly tables: readonly TableProgress[];
  /** What an operator should know: "resuming run …", unknown signals, the reason of a pause. */
  readonly notices: readonly string[];
}

export interface TableResult {
  readonly table: string;
  readonly source: number;
  readonly loaded: number;
  readonly merged: number;
  readonly rejected: number;
  readonly adjusted: number;
  readonly seconds: number;
  readonly proof: 'full' | 'counts' | 'none';
}

export interface RunResult {
  readonly status: 'done' | 'predicted';
  readonly run: string | null;
  readonly planHash: string;
  readonly tables: readonly TableResult[];
  readonly seconds: number;
  readonly reportPath: string | null;
}
