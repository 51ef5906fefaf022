import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKFLOW_ID, QUERIES, SIGNALS, UPDATES, type Progress } from '../../src/contract.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import { Stage } from './stage.ts';

/** Chunks so small that the copy lasts, and that histories have to be continued as new. */
const ENVIRONMENT = { CHUNK_ROWS: '4', HEARTBEAT_TIMEOUT: '5s' };

describe('steering a run', () => {
  let stage: Stage;
  let client: Awaited<ReturnType<Stage['client']>>;

  beforeAll(async () => {
    stage = await Stage.open({ name: 'steering', environment: ENVIRONMENT });
    client = await stage.client();
    await stage.startWorker();
  });
  afterAll(async () => {
    await client.close();
    await stage.close();
  });

  const handle = () => client.client.workflow.getHandle(DEFAULT_WORKFLOW_ID);
  const progress = () => handle().query<Progress>(QUERIES.progress);
  const until = (what: string, holds: (seen: Progress) => boolean, forMs = 120_000) =>
    waitUntil(
      async () => {
        if (!holds(await progress())) throw new Error(`It is not so yet: ${what}`);
      },
      { forMs, everyMs: 50 },
    );
  const landed = async () =>
    (await stage.query<{ n: number }>(`SELECT count(*)::int AS n FROM identity_migration.chunks WHERE state = 'done'`))[0]!.n;
  const runState = async () =>
    (await stage.query<{ state: string }>('SELECT state FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1'))[0]!.state;

  it('pauses in mid-copy: chunks in flight finish, nothing starts, ledger and query say so', async () => {
    expect((await stage.cli(['start'])).code).toBe(0);
    await until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 20);
    expect((await stage.cli(['pause', '--reason', 'the night watch asks'])).code).toBe(0);
    await until('paused', (seen) => seen.state === 'paused', 20_000);
    const before = await landed();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await landed()).toBe(before);
    expect(await runState()).toBe('paused');
    expect((await progress()).notices.join()).toContain('the night watch asks');
  });

  it('stays paused over the death of its worker', async () => {
    await stage.killWorkers();
    await stage.startWorker();
    await until('paused again', (seen) => seen.state === 'paused', 30_000);
    expect(await runState()).toBe('paused');
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
    await handle().executeUpdate(UPDATES.setConcurrency, { args: [{ concurrency: 8 }] });
    await expect(handle().executeUpdate(UPDATES.setConcurrency, { args: [{ concurrency: 0 }] })).rejects.toThrow('Update failed');
    expect((await progress()).concurrency).toBe(8);
  });

  it('shows a signal that it does not know', async () => {
    await handle().signal('puase');
    await until('the notice', (seen) => seen.notices.some((notice) => notice.includes('puase')));
    expect((await progress()).state).toBe('paused');
  });

  it('aborted, it ends Failed with Aborted, and leaves what has landed', async () => {
    await handle().signal(SIGNALS.resume);
    await until('going on', (seen) => seen.state === 'running');
    const before = await landed();
    await handle().signal(SIGNALS.abort, { reason: 'not tonight' });
    await handle().signal(SIGNALS.abort);
    const failure = await handle()
      .result()
      .then(
        () => null,
        (error: { cause?: { type?: string; message?: string } }) => error.cause,
      );
    expect(failure).toMatchObject({ type: 'Aborted', message: expect.stringMatching(/not tonight.*left as it is/) as string });
    expect(await runState()).toBe('aborted');
    expect(await landed()).toBeGreaterThanOrEqual(before);
  });

  it('started again, it resumes under its own run, says so, and goes to the end over several histories', async () => {
    const before = await landed();
    const { code, stderr, stdout } = await stage.cli(['start', '--wait', '--json', '--input', '{"concurrency": 6}']);
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
    expect(before).toBeGreaterThan(20);
    const runs = await stage.query<{ state: string; epoch: number }>('SELECT state, epoch FROM identity_migration.runs');
    expect(runs).toEqual([{ state: 'done', epoch: 2 }]);
    const result = JSON.parse(stdout) as { tables: { table: string; source: number; loaded: number }[] };
    for (const { table, source, loaded } of result.tables) {
      expect([table, source, loaded]).toEqual([table, stage.manifest.tables[table]!.source, stage.manifest.tables[table]!.loaded]);
    }
    const { raw } = await handle().describe();
    expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(raw.workflowExecutionInfo?.execution?.runId);
    expect(Number(raw.workflowExecutionInfo?.historyLength)).toBeLessThan(10_240);
  });

  it("Temporal's cancel is an abort, and restore brings back what the run found", async () => {
    const before = await stage.contents('identity');
    expect((await stage.cli(['start', '--input', '{"fresh": true}'])).code).toBe(0);
    await until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 10);
    await handle().cancel();
    await expect(handle().result()).rejects.toThrow(/cancel/i);
    expect((await handle().describe()).status.name).toBe('CANCELLED');
    expect(await runState()).toBe('aborted');
    expect((await stage.cli(['start'])).code).toBe(0);
    await until('in mid-copy again', (seen) => seen.phase === 'copy' && seen.step.done > 20);
    const aborted = await stage.cli(['abort', '--then', 'restore']);
    expect(aborted.code).toBe(0);
    await expect(handle().result()).rejects.toThrow(/failed/i);
    expect(await runState()).toBe('closed');
    expect(await stage.contents('identity')).toEqual(before);
    const again = await stage.cli(['start', '--wait']);
    expect(again.stderr).toMatch(/SchemaMismatch: .*fresh/);
  });
});
