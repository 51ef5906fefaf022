import { Context } from '@temporalio/activity';
import type { Holder } from '../src/db/ledger/acquire.ts';

/** The execution that this activity belongs to. The chain is named by its current run; `lock` runs in the first of a chain. */
export function holderOfThisActivity(): Holder {
  const execution = Context.current().info.workflowExecution;
  if (execution === undefined) throw new Error('This activity runs outside a workflow');
  return { workflowId: execution.workflowId, firstExecutionRunId: execution.runId };
}
