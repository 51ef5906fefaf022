import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ChainState, Holder } from '../db/ledger/acquire.ts';

/** Asks Temporal whether an execution chain is open: the workflow's newest execution runs, and belongs to that chain. */
export function askTemporalWith(client: Client): (holder: Holder) => Promise<ChainState> {
  return async ({ workflowId, firstExecutionRunId }) => {
    try {
      const { status, raw } = await client.workflow.getHandle(workflowId).describe();
      const info = raw.workflowExecutionInfo;
      const first = info?.firstRunId ?? info?.execution?.runId;
      return first === firstExecutionRunId && status.name === 'RUNNING' ? 'open' : 'closed';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  };
}
