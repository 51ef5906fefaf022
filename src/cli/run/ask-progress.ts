import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Progress } from '../../contract.ts';
import { QUERIES } from '../../contract.ts';
import { grpcCause, isAway } from './connect.ts';

/** What came of asking a run for its progress. */
export type Answer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** No worker polls, or none answers in time. */
  | { readonly kind: 'no-worker' }
  | { readonly kind: 'no-temporal' }
  /** The workflow cannot say yet, or it is another program's. */
  | { readonly kind: 'nothing' };

const ANSWER_MS = 5_000;
const SYSTEM_INFO_MS = 3_000;
/** gRPC code of a query on a queue that no worker polled lately. */
const FAILED_PRECONDITION = 9;

/** Asks once, with a deadline: Temporal holds a query until a worker takes it. */
export async function askProgress(client: Client, handle: WorkflowHandle, signal: AbortSignal): Promise<Answer> {
  try {
    const progress = await client.withAbortSignal(signal, () =>
      client.withDeadline(Date.now() + ANSWER_MS, () => handle.query<Progress>(QUERIES.progress)),
    );
    return { kind: 'progress', progress };
  } catch (error) {
    if (signal.aborted) {
      return { kind: 'nothing' };
    }
    if (isAway(error)) {
      return { kind: (await answers(client)) ? 'no-worker' : 'no-temporal' };
    }
    return { kind: grpcCause(error)?.code === FAILED_PRECONDITION ? 'no-worker' : 'nothing' };
  }
}

/** An unanswered query looks the same with the worker away and with Temporal away: a call that needs no worker tells. */
async function answers(client: Client): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + SYSTEM_INFO_MS, () => client.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
}
