/**
 * `npm run record-histories`: runs real migrations and keeps their histories, one of each kind, for the replay test. To be run where
 * the workflow changed in a way that no run in flight can follow, and no run is in flight.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DEFAULT_WORKFLOW_ID, QUERIES, SIGNALS, TASK_QUEUE, WORKFLOW_TYPE, type Progress, type RunInput } from '../../src/contract.ts';
import { installOrExit } from '../../src/local/install/install.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import { Stage } from '../e2e/stage.ts';
import { historyFile, type HistoryKind } from './history-kinds.ts';
import { withoutMachine } from './without-machine.ts';

await installOrExit();
const stage = await Stage.open({
  name: 'histories',
  environment: { CHUNK_ROWS: '400', HEARTBEAT_TIMEOUT: '5s' },
  // A history as short as this is continued as new several times.
  dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '700' },
});
const { client, close } = await stage.client();
/** A table with a planted row that no target takes. */
const limited = stage.manifest.planted.find(({ reason }) =>
  ['null_key', 'too_long', 'invalid_value', 'nul_character'].includes(reason),
)!.table;
try {
  await stage.startWorker();
  await start({ dryRun: true });
  await ended();
  await keep('dry-run');

  await start({ concurrency: 2, maxRejected: { [limited]: 0 } });
  await until((seen) => seen.phase === 'copy' && seen.step.done > 10);
  await keep('mid-copy');
  // At the same moment: the kinds kept before know of no table that is copied in one activity.
  await until((seen) => seen.tables.filter((table) => table.state === 'copied' && table.chunks.done === 1).length > 3);
  await keep('small-tables');
  await handle().signal(SIGNALS.pause, { reason: 'a history of a pause' });
  await until((seen) => seen.state === 'paused');
  await keep('paused');
  await handle().signal(SIGNALS.abort, { reason: 'a history of an abort' });
  await ended();
  await keep('aborted');

  await start({});
  await ended();
  await keep('failed');

  await start({ maxRejected: { [limited]: '100%' } });
  const { firstExecutionRunId } = await chain();
  await until((seen) => seen.phase === 'constrain');
  await keep('resumed', firstExecutionRunId);
  await ended();
  await keep('after-continue-as-new');
} finally {
  await close();
  await stage.close();
}

function handle(runId?: string) {
  return client.workflow.getHandle(DEFAULT_WORKFLOW_ID, runId);
}

async function start(input: RunInput): Promise<void> {
  await client.workflow.start(WORKFLOW_TYPE, { workflowId: DEFAULT_WORKFLOW_ID, taskQueue: TASK_QUEUE, args: [input] });
}

async function chain(): Promise<{ firstExecutionRunId: string }> {
  const { raw } = await handle().describe();
  return { firstExecutionRunId: raw.workflowExecutionInfo?.firstRunId ?? '' };
}

/** However it ends. */
async function ended(): Promise<void> {
  await handle()
    .result()
    .catch(() => undefined);
}

function until(holds: (seen: Progress) => boolean): Promise<void> {
  return waitUntil(
    async () => {
      if (!holds(await handle().query<Progress>(QUERIES.progress))) throw new Error('The run has not come to that moment.');
    },
    { forMs: 120_000, everyMs: 10 },
  );
}

async function keep(kind: HistoryKind, runId?: string): Promise<void> {
  const history = await handle(runId).fetchHistory();
  const file = historyFile(kind);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, gzipSync(withoutMachine(historyToJSON(history)), { level: 9 }));
  process.stderr.write(`${kind}: ${history.events?.length ?? 0} events, ends with ${history.events?.at(-1)?.eventType ?? 'nothing'}\n`);
}
