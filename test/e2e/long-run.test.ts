import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '@temporalio/client';
import { DEFAULT_WORKFLOW_ID, SIGNALS, UPDATES } from '../../src/contract.ts';
import { Stage } from './stage.ts';
import { SteeredRun } from './steered-run.ts';

/** As many chunks as the sample gives: some 2,000 of three rows each. */
const ENVIRONMENT = { CHUNK_ROWS: '3', HEARTBEAT_TIMEOUT: '5s' };
const MIN_CHUNKS = 1_500;
const MAX_EVENTS_A_CHUNK = 10;

interface Execution {
  readonly runId: string;
  readonly events: number;
}

describe('a run of many chunks', () => {
  let stage: Stage;
  let run: SteeredRun;

  beforeAll(async () => {
    // A development server suggests it at 4,096 events: here a few times more often, so that signals meet it.
    stage = await Stage.open({
      name: 'long-run',
      environment: ENVIRONMENT,
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '3000' },
    });
    run = await SteeredRun.on(stage);
    await stage.startWorker();
  });
  afterAll(async () => {
    await run.close();
    await stage.close();
  });

  it('goes through several histories, and what an operator asks for in each holds in the next', async () => {
    await run.start({ concurrency: 4, verify: 'counts' });
    await run.until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 5);
    await run.handle.executeUpdate(UPDATES.setConcurrency, { args: [{ concurrency: 6 }] });
    // Asked for while histories change: a signal that came too late for one must be seen by the next.
    let pauses = 0;
    for (let last = -1; ;) {
      let seen = { phase: '', done: 0 };
      await run.until('some chunks further', ({ phase, step }) => {
        seen = { phase, done: step.done };
        return phase !== 'copy' || step.done > last + 150;
      });
      if (seen.phase !== 'copy') break;
      await run.handle.signal(SIGNALS.pause, {});
      await run.until('paused', ({ state, phase }) => state === 'paused' || phase !== 'copy', 60_000);
      await run.handle.signal(SIGNALS.resume);
      await run.until('going on', ({ state }) => state !== 'paused' && state !== 'pausing', 60_000);
      pauses += 1;
      last = seen.done;
    }
    expect(pauses).toBeGreaterThan(5);
    await run.until('still with that concurrency', ({ concurrency }) => concurrency === 6, 30_000);
    expect(await run.failure()).toBeNull();
  });

  it('has copied each chunk once, with at most ten events for each', async () => {
    const [chunks] = await stage.query<{ n: number; attempts: number }>(
      `SELECT count(*)::int AS n, max(attempt)::int AS attempts FROM identity_migration.chunks WHERE state = 'done'`,
    );
    expect(chunks!.n).toBeGreaterThan(MIN_CHUNKS);
    expect(chunks!.attempts).toBe(1);
    const { client, close } = await stage.client();
    const executions = await executionsOf(client);
    await close();
    expect(executions.length).toBeGreaterThanOrEqual(3);
    const events = executions.reduce((sum, execution) => sum + execution.events, 0);
    expect(events / chunks!.n).toBeLessThanOrEqual(MAX_EVENTS_A_CHUNK);
    for (const [table, { loaded }] of Object.entries(stage.manifest.tables)) {
      expect([table, await stage.query(`SELECT count(*)::int AS n FROM identity."${table}"`)]).toEqual([table, [{ n: loaded }]]);
    }
  });
});

async function executionsOf(client: Client): Promise<Execution[]> {
  const found: Execution[] = [];
  for await (const { runId, historyLength } of client.workflow.list({ query: `WorkflowId = '${DEFAULT_WORKFLOW_ID}'` })) {
    found.push({ runId, events: historyLength });
  }
  return found;
}
