import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKFLOW_ID, SIGNALS, UPDATES, type RunResult } from '../../src/contract.ts';
import { Stage } from './stage.ts';
import { SteeredRun } from './steered-run.ts';

/** Chunks so small that the copy lasts, and that histories have to be continued as new: some 2,000 of three rows each. */
const ENVIRONMENT = { CHUNK_ROWS: '3', HEARTBEAT_TIMEOUT: '5s' };
const MIN_CHUNKS = 1_500;
const MAX_EVENTS_A_CHUNK = 10;
/** Chunks that an abort may have caught in flight, which another attempt copies. */
const IN_FLIGHT = 8;

describe('steering a run of many chunks', () => {
  let stage: Stage;
  let run: SteeredRun;
  /** When the long start began. */
  let began: Date;

  beforeAll(async () => {
    // A development server suggests it at 4,096 events: here a few times more often, so that signals meet it.
    stage = await Stage.open({
      name: 'steering',
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

  it('pauses in mid-copy: chunks in flight finish, nothing starts, ledger and query say so', async () => {
    expect((await stage.cli(['start', '--input', '{"verify": "counts"}'])).code).toBe(0);
    await run.until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 20);
    expect((await stage.cli(['pause', '--reason', 'the night watch asks'])).code).toBe(0);
    await run.until('paused', (seen) => seen.state === 'paused', 20_000);
    const before = await run.landed();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await run.landed()).toBe(before);
    expect(await run.state()).toBe('paused');
    expect(await stage.query("SELECT detail ->> 'reason' AS reason FROM identity_migration.events WHERE event = 'pause'")).toEqual([
      { reason: 'the night watch asks' },
    ]);
    expect((await run.progress()).notices.join()).toContain('the night watch asks');
  });

  it('stays paused over the death of its worker', async () => {
    await stage.killWorkers();
    await stage.startWorker();
    await run.until('paused again', (seen) => seen.state === 'paused', 30_000);
    expect(await run.state()).toBe('paused');
  });

  it('keeps a rollback out', async () => {
    const { code, stderr } = await stage.cli(['rollback', '0', '--yes']);
    expect(stderr).toMatch(/RunInProgress: Run \S+ of workflow migrate-identity is in progress/);
    expect(code).toBe(1);
  });

  it('refuses another start meanwhile, under its own and under another workflow id', async () => {
    const own = await stage.cli(['start']);
    expect(own.code).toBe(1);
    expect(own.stderr).toMatch(/RunInProgress/);
    const other = await stage.cli(['start', '--wait', '--workflow-id', 'another']);
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/RunInProgress: .*migrate-identity/);
  });

  it('takes another concurrency, and refuses one that is none', async () => {
    await run.handle.executeUpdate(UPDATES.setConcurrency, { args: [{ concurrency: 8 }] });
    await expect(run.handle.executeUpdate(UPDATES.setConcurrency, { args: [{ concurrency: 0 }] })).rejects.toThrow('Update failed');
    expect((await run.progress()).concurrency).toBe(8);
  });

  it('shows a signal that it does not know', async () => {
    await run.handle.signal('puase');
    await run.until('the notice', (seen) => seen.notices.some((notice) => notice.includes('puase')));
    expect((await run.progress()).state).toBe('paused');
  });

  it('aborted, it ends Failed with Aborted, and leaves what has landed', async () => {
    await run.handle.signal(SIGNALS.resume);
    await run.until('going on', (seen) => seen.state === 'running');
    const before = await run.landed();
    await run.handle.signal(SIGNALS.abort, { reason: 'not tonight' });
    await run.handle.signal(SIGNALS.abort);
    const failure = await run.failure();
    expect(failure).toMatchObject({ type: 'Aborted', message: expect.stringMatching(/not tonight.*left as it is/) as string });
    expect(await run.state()).toBe('aborted');
    expect(await run.landed()).toBeGreaterThanOrEqual(before);
  });

  it('started again over a table that somebody took away, it does not go on, names fresh, and is not left as running', async () => {
    await stage.query('ALTER TABLE identity.users RENAME TO users_by_hand');
    const { stderr } = await stage.cli(['start', '--wait']);
    expect(stderr).toMatch(/error: SchemaMismatch: .*table identity\.users is not the one that the run made.*fresh/);
    expect(await run.state()).toBe('failed');
    await stage.query('ALTER TABLE identity.users_by_hand RENAME TO users');
  });

  it('started again, it resumes under its own run, and goes through several histories: what is asked for in each holds in the next', async () => {
    const before = await run.landed();
    began = new Date();
    await run.startWithSignal(SIGNALS.pause);
    await run.until('paused', ({ state }) => state === 'paused');
    // Asked for before the ledger has been read, which knows another.
    await run.handle.executeUpdate(UPDATES.setConcurrency, { args: [{ concurrency: 6 }] });
    await run.handle.signal(SIGNALS.resume);
    // Asked for while histories change: a signal that came too late for one must be seen by the next.
    let pauses = 0;
    for (let last = before; ;) {
      let seen = { phase: '', done: 0 };
      await run.until('some chunks further', ({ phase, step }) => {
        seen = { phase, done: step.done };
        return phase !== 'preflight' && phase !== 'lock' && (phase !== 'copy' || step.done > last + 200);
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
    expect((await run.progress()).concurrency).toBe(6);
    const result = (await run.handle.result()) as RunResult;
    for (const { table, source, loaded } of result.tables) {
      expect([table, source, loaded]).toEqual([table, stage.manifest.tables[table]!.source, stage.manifest.tables[table]!.loaded]);
    }
    expect(await stage.query('SELECT state FROM identity_migration.runs')).toEqual([{ state: 'done' }]);
    expect((await run.progress()).notices[0]).toMatch(
      new RegExp(`^resuming run ${result.run}: \\d+ of 36 tables, ${before} of \\d+ chunks done$`),
    );
  });

  it('has copied each chunk once, with at most ten events for each, and no history too long', async () => {
    const [chunks] = await stage.query<{ n: number; again: number; attempts: number }>(
      `SELECT count(*)::int AS n, max(attempt)::int AS attempts, count(*) FILTER (WHERE attempt > 1)::int AS again
         FROM identity_migration.chunks WHERE state = 'done'`,
    );
    expect(chunks!.n).toBeGreaterThan(MIN_CHUNKS);
    expect(chunks!.attempts).toBeLessThanOrEqual(2);
    expect(chunks!.again).toBeLessThanOrEqual(IN_FLIGHT);
    const { client, close } = await stage.client();
    const histories = await historiesSince(client, began);
    await close();
    expect(histories.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...histories)).toBeLessThan(10_240);
    expect(histories.reduce((sum, events) => sum + events, 0) / chunks!.n).toBeLessThanOrEqual(MAX_EVENTS_A_CHUNK);
  });

  it("Temporal's cancel is an abort, and restore brings back what the run found", async () => {
    const before = await stage.contents('identity');
    expect((await stage.cli(['start', '--input', '{"fresh": true}'])).code).toBe(0);
    await run.until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 10);
    await run.handle.cancel();
    await expect(run.handle.result()).rejects.toThrow(/cancel/i);
    expect((await run.handle.describe()).status.name).toBe('CANCELLED');
    expect(await run.state()).toBe('aborted');
    expect((await stage.cli(['start'])).code).toBe(0);
    await run.until('in mid-copy again', (seen) => seen.phase === 'copy' && seen.step.done > 20);
    const aborted = await stage.cli(['abort', '--then', 'restore']);
    expect(aborted.code).toBe(0);
    await expect(run.handle.result()).rejects.toThrow(/failed/i);
    expect(await run.state()).toBe('closed');
    expect(await stage.contents('identity')).toEqual(before);
    const again = await stage.cli(['start', '--wait']);
    expect(again.stderr).toMatch(/SchemaMismatch: .*fresh/);
  });
});

/** Events of each execution of the default workflow id that was started since then. */
async function historiesSince(client: Client, began: Date): Promise<number[]> {
  const found: number[] = [];
  for await (const { startTime, historyLength } of client.workflow.list({ query: `WorkflowId = '${DEFAULT_WORKFLOW_ID}'` })) {
    if (startTime >= began) found.push(historyLength);
  }
  return found;
}
