import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundlePath } from '../../src/bundle-workflows.ts';
import { WORKFLOW_TYPE } from '../../src/contract.ts';
import { HISTORY_KINDS, historyFile, type HistoryKind } from './history-kinds.ts';
import { prepareBundle } from './prepare-bundle.ts';

interface RecordedEvent {
  readonly eventType: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}

interface RecordedHistory {
  readonly events: RecordedEvent[];
}

/** What the gate says when it closes. */
const MEANING = `A run in flight cannot go on with this workflow code: its worker would stop at the first step that differs, until the old
code is back. Keep the order of activities, timers and signals, branch with patched(), or make sure that no run is in flight, record
anew with npm run record-histories, and say so in the commit.`;

function recorded(kind: HistoryKind): RecordedHistory {
  return JSON.parse(gunzipSync(readFileSync(historyFile(kind))).toString('utf8')) as RecordedHistory;
}

async function replay(history: RecordedHistory, workflowId: string): Promise<void> {
  const options: ReplayWorkerOptions = { workflowBundle: { codePath: bundlePath() } };
  try {
    await Worker.runReplayHistory(options, history, workflowId);
  } catch (error) {
    throw new Error(`${MEANING}\nHistory ${workflowId}: ${String(error)}`, { cause: error });
  }
}

beforeAll(prepareBundle);

describe('the current workflow replays what runs have recorded', () => {
  it.each(HISTORY_KINDS)('%s', async (kind) => {
    const history = recorded(kind);
    expect(history.events.length).toBeGreaterThan(3);
    await replay(history, kind);
  });

  it('and the gate closes when the order of the runbook differs, saying what that means', async () => {
    const history = recorded('mid-copy');
    const scheduled = history.events.find((event) => event.activityTaskScheduledEventAttributes?.activityType.name === 'backup');
    scheduled!.activityTaskScheduledEventAttributes!.activityType.name = 'drop';
    await expect(replay(history, WORKFLOW_TYPE)).rejects.toThrow(/A run in flight cannot go on/);
  });
});
