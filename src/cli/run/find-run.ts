import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { CliError } from '../cli-error.ts';
import { notFound } from './outcome.ts';

/** The newest run of a workflow id, running or ended. Throws CliError `NotFound`. */
export async function findRun(client: Client, workflowId: string): Promise<WorkflowHandle> {
  const handle = client.workflow.getHandle(workflowId);
  await describe(handle);
  return handle;
}

/** The run of a workflow id that can still be signalled. Throws CliError `NotFound` or `NotRunning`. */
export async function findOpenRun(client: Client, workflowId: string): Promise<WorkflowHandle> {
  const handle = client.workflow.getHandle(workflowId);
  const { status } = await describe(handle);
  if (status.name !== 'RUNNING') {
    throw notRunning(workflowId, status.name);
  }
  return handle;
}

function notRunning(workflowId: string, status: string): CliError {
  return new CliError(
    'NotRunning',
    `The run with workflow id ${workflowId} has ended (${status.toLowerCase()}).`,
    'see what became of it: identity-migrate runs.',
  );
}

async function describe(handle: WorkflowHandle): Promise<WorkflowExecutionDescription> {
  try {
    return await handle.describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      throw notFound(handle.workflowId);
    }
    throw error;
  }
}
