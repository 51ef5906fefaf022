import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { WORKFLOW_TYPE } from '../src/contract.ts';

/** Fails at once: an unknown type is otherwise a task that Temporal retries for ever, while the run looks alive. */
export async function unknownWorkflow(): Promise<never> {
  throw ApplicationFailure.nonRetryable(
    `There is no workflow type ${workflowInfo().workflowType} here. Next: start ${WORKFLOW_TYPE} (upper and lower case matter).`,
    'InvalidInput',
  );
}
