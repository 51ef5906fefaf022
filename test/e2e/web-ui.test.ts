import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';
import { SteeredRun } from './steered-run.ts';
import { WebUi } from './web-ui.ts';

describe("a run steered from Temporal's Web UI", () => {
  let stage: Stage;
  let run: SteeredRun;
  let ui: WebUi;

  beforeAll(async () => {
    stage = await Stage.open({ name: 'web-ui', ui: true, environment: { CHUNK_ROWS: '4', HEARTBEAT_TIMEOUT: '5s' } });
    run = await SteeredRun.on(stage);
    await stage.startWorker();
    await run.start({ concurrency: 1 });
    await run.until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 2);
    ui = await WebUi.open(stage.temporal.uiUrl!);
  });
  afterAll(async () => {
    await ui?.close();
    await run.close();
    await stage.close();
  });

  it('is paused with a reason, and its page says paused', async () => {
    await ui.signal('pause', { reason: 'from the page' });
    await run.until('paused', (seen) => seen.state === 'paused', 30_000);
    const details = await ui.details();
    await details.getByText('copy · paused').waitFor();
    await details.getByText('from the page').waitFor();
    expect(await details.getByRole('row').filter({ hasText: 'users' }).first().innerText()).toMatch(/users\s+copying\s+[\d,]+ of 500\s/);
  });

  it('is resumed', async () => {
    await ui.signal('resume');
    await run.until('going on', (seen) => seen.state === 'running', 30_000);
    expect((await run.progress()).notices).toContain('Resumed.');
  });

  it('is aborted, and ends so', async () => {
    await ui.signal('abort', { reason: 'seen enough', then: 'restore' });
    expect(await run.failure()).toEqual({ type: 'Aborted', message: expect.stringMatching(/seen enough.*dropped/) as string });
  });
});
