/** What workflow and activities hand each other, beyond `src/contract.ts`: names, counts, hashes. Types only. */
import type { Phase, RunOptions, RunInput, RunResult, TableState } from '../src/contract.ts';

export interface RunRef {
  readonly run: string;
  readonly epoch: number;
}

export interface ChunkRef {
  readonly table: string;
  readonly chunk: number;
}

/** What preflight found, recorded in the history: the run's table order, sizes and plan hash come from here. */
export interface Preflighted {
  readonly options: RunOptions;
  readonly planHash: string;
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, string>>;
  readonly absent: readonly string[];
  /** Largest first, so that the pipeline stays full to the end. */
  readonly tables: readonly PlannedTable[];
  /** Milliseconds after which a silent activity counts as dead. */
  readonly heartbeatTimeout: number;
  /** In a dry run: the workflow's result. */
  readonly prediction: RunResult | null;
  /** Warnings for the operator. */
  readonly notices: readonly string[];
}
export interface PlannedTable {
  readonly table: string;
  readonly estimatedRows: number;
  readonly chunkRows: number;
}

export interface LockRequest {
  readonly given: RunInput;
  readonly preflight: Preflighted;
}

/** The run as the ledger knows it: where the workflow begins or goes on. */
export interface RunStatus extends RunRef {
  readonly phase: Phase;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly heartbeatTimeout: number;
  readonly options: RunOptions;
  readonly tables: readonly TableStatus[];
  /** First line of a resumed run: "resuming run …: 31 of 36 tables, 212 of 260 chunks done". */
  readonly notice: string | null;
}
export interface TableStatus {
  readonly table: string;
  readonly state: TableState;
  readonly planned: boolean;
  readonly estimatedRows: number;
  readonly chunks: number;
  readonly chunksDone: number;
  readonly rows: number;
  readonly bytes: number;
  readonly rejected: number;
  readonly adjusted: number;
  readonly failure: FailureNote | null;
}

export interface ChunkDone extends ChunkRef {
  readonly sourceRows: number;
  readonly rows: number;
  readonly bytes: number;
  readonly rejected: number;
  readonly adjusted: number;
  readonly merged: number;
}

/** Phases made of steps in the ledger, one activity a step. */
export type SteppedPhase = 'reconcile' | 'constrain' | 'verify';
export interface StepRef {
  readonly phase: SteppedPhase;
  readonly step: string;
}
export interface StepStatus {
  readonly step: string;
  readonly done: boolean;
  /** Steps that must be done before. */
  readonly after: readonly string[];
}

export interface FailureNote {
  readonly type: string;
  readonly message: string;
}

export type Finished = Omit<RunResult, 'status'>;
