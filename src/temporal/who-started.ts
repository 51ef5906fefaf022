import type { Client } from '@temporalio/client';
import type { Holder, StartedBy } from '../db/ledger/acquire.ts';

const PATIENCE = 5_000;

/** Asks Temporal who started an execution, and when: its history's first event says so. Null where it does not answer: a report's detail. */
export function askWhoStartedWith(client: Client): (holder: Holder) => Promise<StartedBy | null> {
  return async ({ workflowId, firstExecutionRunId }) => {
    const { namespace } = client.options;
    const request = { namespace, execution: { workflowId, runId: firstExecutionRunId }, maximumPageSize: 1 };
    try {
      const { history } = await client.connection.withDeadline(Date.now() + PATIENCE, () =>
        client.workflowService.getWorkflowExecutionHistory(request),
      );
      const first = history?.events?.[0];
      const by = first?.workflowExecutionStartedEventAttributes?.identity;
      return by === undefined || by === null || by === '' ? null : { by, askedAt: timeOf(first?.eventTime) };
    } catch {
      return null;
    }
  };
}

interface ProtoTime {
  readonly seconds?: { toString(): string } | null;
  readonly nanos?: number | null;
}

function timeOf(time: ProtoTime | null | undefined): string {
  return new Date(Number(time?.seconds?.toString() ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1_000_000)).toISOString();
}
