import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** Every workflow's whole history as protobuf's JSON, and each payload in it decoded; memo and search attributes too. */
export async function historiesOf(client: Client): Promise<string> {
  const texts: string[] = [];
  for await (const { workflowId, runId, raw } of client.workflow.list()) {
    const history = historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory());
    texts.push(JSON.stringify(raw), history, ...payloadsOf(JSON.parse(history)));
  }
  return texts.join('\n');
}

/** What stands in every `data`, base64 taken away. */
export function payloadsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'data' && typeof inner === 'string' ? [Buffer.from(inner, 'base64').toString('utf8')] : payloadsOf(inner),
  );
}
