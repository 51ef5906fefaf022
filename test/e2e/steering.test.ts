import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNALS, UPDATES } from '../../src/contract.ts';
import { Stage } from './stage.ts';
import { SteeredRun } from './steered-run.ts';

/** Chunks so small that the copy lasts, and that histories have to be continued as new. */
const ENVIRONMENT = { CHUNK_ROWS: '4', HEARTBEAT_TIMEOUT: '5s' };

describe('steering a run', () => {
  let stage: Stage;
  let run: SteeredRun;

  beforeAll(async () => {
    stage = await Stage.open({ name: 'steering', environment: ENVIRONMENT });
    run = await SteeredRun.on(stage);
    await stage.startWorker();
  });
  afterAll(async () => {
    await run.close();
    await stage.close();
  });

  it('pauses in mid-copy: chunks in flight finish, nothing starts, ledger and query say so', async () => {
    expect((await stage.cli(['start'])).code).toBe(0);
    await run.until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 20);
    expect((await stage.cli(['pause', '--reason', 'the night watch asks'])).code).toBe(0);
    await run.until('paused', (seen) => seen.state === 'paused', 20_000);
    const before = await run.landed();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
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

  it('started again, it resumes under its own run, says so, and goes to the end over several histories', async () => {
    const before = await run.landed();
    const { code, stderr, stdout } = await stage.cli(['start', '--wait', '--json', '--input', '{"concurrency": 6}']);
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
    expect(before).toBeGreaterThan(20);
    const runs = await stage.query<{ state: string; epoch: number }>('SELECT state, epoch FROM identity_migration.runs');
    expect(runs).toEqual([{ state: 'done', epoch: 3 }]);
    const result = JSON.parse(stdout) as { tables: { table: string; source: number; loaded: number }[] };
    for (const { table, source, loaded } of result.tables) {
      expect([table, source, loaded]).toEqual([table, stage.manifest.tables[table]!.source, stage.manifest.tables[table]!.loaded]);
    }
    const { raw } = await run.handle.describe();
    expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(raw.workflowExecutionInfo?.execution?.runId);
    expect(Number(raw.workflowExecutionInfo?.historyLength)).toBeLessThan(10_240);
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
