import { randomBytes } from 'node:crypto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKFLOW_ID, SIGNALS, TASK_QUEUE, WORKFLOW_TYPE } from '../../src/contract.ts';
import { startCodecServer } from './codec-server.ts';
import { readRunbook } from './runbook-page.ts';
import { Stage } from './stage.ts';
import { SteeredRun } from './steered-run.ts';
import { WebUi } from './web-ui.ts';

describe("a run started and steered from Temporal's Web UI", () => {
  let stage: Stage;
  let run: SteeredRun;
  let ui: WebUi;
  let link: string;

  beforeAll(async () => {
    stage = await Stage.open({ name: 'web-ui', ui: true, environment: { CHUNK_ROWS: '4', HEARTBEAT_TIMEOUT: '5s' } });
    run = await SteeredRun.on(stage);
    await stage.startWorker();
    ui = await WebUi.open(stage.temporal.uiUrl!);
    const written = readRunbook().blocks.find(({ text }) => text.includes('/start-workflow?'))!.text;
    link = written.replace(/^http:\/\/127\.0\.0\.1:8233/, stage.temporal.uiUrl!);
    expect(link).not.toBe(written);
  });
  afterAll(async () => {
    await ui?.close();
    await run?.close();
    await stage?.close();
  });

  it("has its start form filled in by the runbook's link", async () => {
    await ui.page.goto(link);
    await ui.pageWith('Task Queue is Active');
    const fields = ['workflowId', 'taskQueue', 'workflowType'].map((name) => ui.page.getByTestId(name).inputValue());
    expect(await Promise.all(fields)).toEqual([DEFAULT_WORKFLOW_ID, TASK_QUEUE, WORKFLOW_TYPE]);
  });

  it('fails at once for a wrong field, and the page says which one and what there is instead', async () => {
    await ui.start(link, '{"dryrun": true}');
    expect(await run.failure()).toMatchObject({ type: 'InvalidInput' });
    await ui.showRun();
    const page = await ui.pageWith('which is not a field');
    expect(page).toMatch(/FAILED/i);
    expect(page).toMatch(/input has \\?"dryrun\\?", which is not a field\. Fields: dryRun, .*reason/);
    expect(page).toContain('Next: correct it and start again.');
  });

  it('takes options: a dry run shows its prediction', async () => {
    await ui.start(link, '{"dryRun": true, "maxRejected": {"users": 3}, "reason": "rehearsal 3"}');
    await run.handle.result();
    await ui.showRun();
    const page = await ui.pageWith('look at both sources and the target');
    expect(page).toMatch(/COMPLETED/i);
    expect(page).toMatch(/"status": "predicted"/);
  });

  it.each(['', '{}', 'null'])('begins with the input %j', async (input) => {
    await ui.start(link, input);
    await run.until('past preflight', (seen) => seen.phase === 'copy' && seen.step.done > 2);
    const [started] = (await run.handle.fetchHistory()).events!;
    const payloads = started!.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    expect(payloads.map(({ data }) => Buffer.from(data ?? []).toString('utf8')).join()).toBe(input);
    // Each goes on with the run of the one before; the last one waits for the dialogs.
    if (input === 'null') await run.handle.signal(SIGNALS.pause);
    else await run.handle.terminate('begun: the next input');
  });

  it('is slowed down by an update', async () => {
    await ui.update('setConcurrency', /Chunks in flight over all tables and workers, 1 to 64/, { concurrency: 1 });
    expect(await run.progress()).toMatchObject({ concurrency: 1, state: 'paused' });
  });

  it('is resumed', async () => {
    await ui.signal('resume', /Go on after a pause/);
    await run.until('going on', (seen) => seen.state === 'running', 30_000);
    expect((await run.progress()).notices).toContain('Resumed.');
  });

  it('is paused with a reason, and its page says paused', async () => {
    await ui.signal('pause', /chunks in flight finish/, { reason: 'from the page' });
    await run.until('paused', (seen) => seen.state === 'paused', 30_000);
    const details = await ui.details();
    await details.getByText('copy · paused').waitFor();
    await details.getByText('from the page').waitFor();
    await details.getByText(/concurrency 1$/).waitFor();
    expect(await details.getByRole('row').filter({ hasText: 'users' }).first().innerText()).toMatch(
      /users\s+(waiting|copying|copied)\s+[\d,]+\sof\s500\s/,
    );
  });

  it('says in the timeline what every activity does', async () => {
    await ui.showRun();
    const page = await ui.pageWith(/tell the ledger: paused/);
    expect(page).toMatch(/copyChunk • copy \w+ \d+ of \d+: [\d,]+ rows, [\d.]+ s so far/);
    const activities = (await run.handle.fetchHistory()).events!.filter((event) => event.activityTaskScheduledEventAttributes);
    expect(activities.filter(({ userMetadata }) => !userMetadata?.summary)).toEqual([]);
  });

  it('is aborted, and ends so', async () => {
    await ui.signal('abort', /"leave" or "restore"/, { reason: 'seen enough', then: 'restore' });
    expect(await run.failure()).toEqual({ type: 'Aborted', message: expect.stringMatching(/seen enough.*dropped/) as string });
    await ui.showRun();
    expect(await ui.pageWith(/seen enough/)).toMatch(/FAILED/i);
  });

  it('with TEMPORAL_CODEC_KEY leaves no clear text at Temporal, and its pages are decoded by the codec server', async () => {
    const key = { TEMPORAL_CODEC_KEY: randomBytes(32).toString('base64') };
    await stage.killWorkers();
    await stage.startWorker(key);
    const reason = 'hidden-from-temporal';
    const started = await stage.cli(['start', '--wait', '--json', '--input', JSON.stringify({ dryRun: true, reason })], key);
    expect([started.code, started.stdout]).toEqual([0, expect.stringContaining('"predicted"')]);

    const payloads = payloadsIn(JSON.parse(historyToJSON(await run.handle.fetchHistory())));
    const clear = payloads.filter(({ metadata }) => fromBase64(metadata['encoding']) !== 'binary/encrypted');
    expect(clear.map(({ data }) => fromBase64(data))).toEqual([]);
    expect(payloads.map(({ data }) => fromBase64(data)).join()).not.toMatch(/hidden|users|predicted/);
    expect(stage.temporalFiles()).not.toContain(reason);

    const { url, close } = await startCodecServer({ ...stage.environment, ...key }, new URL(stage.temporal.uiUrl!).origin);
    await ui.showRun();
    const decode = (from: string) =>
      ui.page.evaluate(
        async ({ to, body }) => {
          const answer = await fetch(to, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-namespace': 'default' },
            body,
          });
          return answer.text();
        },
        { to: `${from}/decode`, body: JSON.stringify({ payloads }) },
      );
    const decoded = (JSON.parse(await decode(url)) as { payloads: Payload[] }).payloads.map(({ data }) => fromBase64(data)).join('\n');
    expect(decoded).toContain(reason);
    expect(decoded).toContain('look at both sources and the target');
    expect(decoded).toMatch(/"status":"predicted"/);
    // A page of any other origin is refused by the server, and the browser gives it nothing.
    await ui.page.goto('data:text/html,<p>another page</p>');
    await expect(decode(url)).rejects.toThrow('Failed to fetch');
    await close();
  });
});

interface Payload {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Every payload of a history, as protobuf's JSON has it: base64. */
function payloadsIn(value: unknown): Payload[] {
  if (typeof value !== 'object' || value === null) return [];
  const { metadata, data } = value as Partial<Payload>;
  if (typeof data === 'string' && metadata !== undefined) return [{ metadata, data }];
  return Object.values(value).flatMap(payloadsIn);
}

const fromBase64 = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString('utf8');
