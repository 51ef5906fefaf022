import { copyChunk } from '../src/phases/copy-chunk.ts';
import { copySmallTable } from '../src/phases/copy-small-table.ts';
import { backupTarget } from '../src/phases/backup.ts';
import { constrainStep } from '../src/phases/constrain.ts';
import { createTables } from '../src/phases/create.ts';
import { dropTables } from '../src/phases/drop.ts';
import { endCopy } from '../src/phases/end-copy.ts';
import { abortRun, failRun, setRunState } from '../src/phases/end-run.ts';
import type { Engine } from '../src/phases/engine.ts';
import { failTable, finishTable } from '../src/phases/finish-table.ts';
import { lockTarget, rejoinRun, type AskTemporal, type AskWhoStarted } from '../src/phases/lock.ts';
import { nextChunksOf, planChunks } from '../src/phases/plan-chunks.ts';
import { preflight } from '../src/phases/preflight.ts';
import { endRound } from '../src/phases/moves/end-round.ts';
import { lookForMoves } from '../src/phases/moves/look-for-moves.ts';
import { movesStep } from '../src/phases/moves/moves-step.ts';
import { planProofs } from '../src/phases/proof/plan-proofs.ts';
import { proofStep } from '../src/phases/proof/proof-step.ts';
import { reconcileStep } from '../src/phases/reconcile.ts';
import { writeReport } from '../src/phases/report.ts';
import { endSteps, listSteps } from '../src/phases/steps.ts';
import { unlockTarget } from '../src/phases/unlock.ts';
import { verifyStep } from '../src/phases/verify.ts';
import type { RunInput, RunResult } from '../src/contract.ts';
import type { RunMetrics } from '../src/telemetry/run-metrics.ts';
import { attempt } from './attempt.ts';
import { holderOfThisActivity } from './holder.ts';
import type { Lease } from './lease.ts';
import type { ChunkRef, FailureNote, LockRequest, RunRef, StepRef, SteppedList, SteppedPhase } from './types.ts';

export interface ActivityDependencies {
  readonly engine: Engine;
  readonly lease: Lease;
  readonly metrics: RunMetrics;
  /** Whether the execution chain that holds a run is still open. */
  readonly askTemporal: AskTemporal;
  readonly askWhoStarted: AskWhoStarted;
}

/** Every activity of a run, wired to this worker's databases: each phase is one function in `src/phases`. */
export function createActivities({ engine, lease, metrics, askTemporal, askWhoStarted }: ActivityDependencies) {
  const around = { lease, metrics };
  const held = <T>(ref: RunRef, work: Parameters<typeof attempt<T>>[2]) => attempt(around, ref, work);
  const steps = {
    moves: movesStep,
    proof: proofStep,
    reconcile: reconcileStep,
    constrain: constrainStep,
    verify: verifyStep,
  } as const;
  return {
    preflight: (given: RunInput) => attempt(around, null, (a) => preflight(engine, given, a)),
    lock: (request: LockRequest) =>
      attempt(around, null, async (a) => {
        const asks = holderOfThisActivity(request.chain);
        return lockTarget(engine, { ...request, ...asks, startedBy: await askWhoStarted(asks.holder), askTemporal }, a);
      }),
    rejoin: (ref: RunRef) => held(ref, (a) => rejoinRun(engine, ref, a)),
    setState: (ref: RunRef, state: 'running' | 'paused', reason: string | null = null) =>
      held(ref, (a) => setRunState(engine, ref, state, reason, a)),

    backup: (ref: RunRef) => held(ref, (a) => backupTarget(engine, ref, a)),
    drop: (ref: RunRef) => held(ref, (a) => dropTables(engine, ref, a)),
    create: (ref: RunRef) => held(ref, (a) => createTables(engine, ref, a)),

    planChunks: (ref: RunRef, table: string, pageSize: number) => held(ref, (a) => planChunks(engine, ref, table, pageSize, a)),
    nextChunks: (ref: RunRef, table: string, after: number, limit: number) =>
      held(ref, (a) => nextChunksOf(engine, ref, table, after, limit, a)),
    copyChunk: (ref: RunRef, chunk: ChunkRef) => held(ref, (a) => copyChunk(engine, ref, chunk, a)),
    copySmallTable: (ref: RunRef, table: string, pageSize: number) => held(ref, (a) => copySmallTable(engine, ref, table, pageSize, a)),
    finishTable: (ref: RunRef, table: string) => held(ref, (a) => finishTable(engine, ref, table, a)),
    failTable: (ref: RunRef, table: string, failure: FailureNote) => held(ref, (a) => failTable(engine, ref, table, failure, a)),
    lookForMoves: (ref: RunRef) => held(ref, (a) => lookForMoves(engine, ref, a)),
    endRound: (ref: RunRef, round: number) => held(ref, (a) => endRound(engine, ref, round, a)),
    planProofs: (ref: RunRef) => held(ref, (a) => planProofs(engine, ref, a)),
    endCopy: (ref: RunRef) => held(ref, (a) => endCopy(engine, ref, a)),

    listSteps: (ref: RunRef, list: SteppedList) => held(ref, (a) => listSteps(engine, ref, list, a)),
    runStep: (ref: RunRef, { list, step }: StepRef) => held(ref, (a) => steps[list](engine, ref, step, a)),
    endSteps: (ref: RunRef, phase: SteppedPhase) => held(ref, (a) => endSteps(engine, ref, phase, a)),

    report: (ref: RunRef) => held(ref, (a) => writeReport(engine, ref, a)),
    unlock: (ref: RunRef, result: RunResult) => held(ref, (a) => unlockTarget(engine, ref, result, a)),
    fail: (ref: RunRef | null, failure: FailureNote, chain: string) => attempt(around, ref, (a) => failRun(engine, ref, failure, chain, a)),
    abort: (ref: RunRef | null, then: 'leave' | 'restore', chain: string) =>
      attempt(around, ref, (a) => abortRun(engine, ref, then, chain, a)),
  };
}
