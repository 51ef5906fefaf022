import type { Client, WorkflowHandle } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { RunInput } from '../../contract.ts';
import { WORKFLOW_TYPE } from '../../contract.ts';
import { CliError } from '../cli-error.ts';

export interface StartRequest {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly input: RunInput;
}

/** Starts the workflow. Throws CliError `RunInProgress` where one runs under this id. */
export async function startRun(
  client: Client,
  { workflowId, taskQueue, input }: StartRequest,
): Promise<WorkflowHandle & { firstExecutionRunId: string }> {
  try {
    return await client.workflow.start(WORKFLOW_TYPE, {
      workflowId,
      taskQueue,
      args: [input],
      ...(typeof input.reason === 'string' && { staticSummary: input.reason }),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      throw new CliError(
        'RunInProgress',
        `A run with workflow id ${workflowId} is in progress.`,
        `follow it with: identity-migrate watch --workflow-id ${workflowId}; or end it first with: identity-migrate abort --workflow-id ${workflowId}`,
      );
    }
    throw error;
  }
}
