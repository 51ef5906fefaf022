import type { Phase, RunOptions } from '../contract.ts';
import type { TableOverview } from '../db/ledger/overview.ts';

/** The run as the ledger knows it: where the workflow begins or goes on. */
export interface RunStatus {
  readonly run: string;
  readonly epoch: number;
  readonly phase: Phase;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly heartbeatTimeout: number;
  readonly options: RunOptions;
  readonly tables: readonly TableOverview[];
  /** First line of a resumed run: "resuming run …: 31 of 36 tables, 212 of 260 chunks done". */
  readonly notice: string | null;
}
