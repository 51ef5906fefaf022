import { Context } from '@temporalio/activity';
import type { Holder } from '../src/db/ledger/acquire.ts';

/**
 * Who asks for the lock: the execution chain that this activity belongs to. `reset`: not its first execution asks, but one that an
 * operator's reset began, so that activities of an earlier one may still be under way.
 */
export function holderOfThisActivity(chain: string): { readonly holder: Holder; readonly reset: boolean } {
  const execution = Context.current().info.workflowExecution;
  if (execution === undefined) throw new Error('This activity runs outside a workflow');
  return { holder: { workflowId: execution.workflowId, firstExecutionRunId: chain }, reset: execution.runId !== chain };
}
