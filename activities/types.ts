/** What workflow and activities hand each other, beyond `src/contract.ts`: names, counts, hashes. Types only. */
import type { RunInput } from '../src/contract.ts';
import type { ChunkRef } from '../src/db/ledger/claim.ts';
import type { Preflighted } from '../src/phases/preflight.ts';
import type { SteppedList } from '../src/phases/step-types.ts';

export type { ChunkRef } from '../src/db/ledger/claim.ts';
export type { RunRef } from '../src/db/ledger/fence.ts';
export type { TableOverview as TableStatus } from '../src/db/ledger/overview.ts';
export type { RunStatus } from '../src/phases/run-status.ts';
export type { SteppedList, SteppedPhase } from '../src/phases/step-types.ts';
export type { StepList } from '../src/phases/steps.ts';

export interface LockRequest {
  readonly given: RunInput;
  readonly preflight: Preflighted;
  /** Id of the first execution of the workflow's chain. */
  readonly chain: string;
}

export interface ChunkDone extends ChunkRef {
  readonly sourceRows: number;
  readonly rows: number;
  readonly bytes: number;
  readonly rejected: number;
  readonly adjusted: number;
  readonly merged: number;
}

export interface StepRef {
  readonly list: SteppedList;
  readonly step: string;
}
export interface FailureNote {
  readonly type: string;
  readonly message: string;
}
