import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CliContext } from '../../src/cli/context.ts';
import { runCli } from '../../src/cli/program.ts';
import { startTemporal, type TemporalServer } from '../../src/local/servers/temporal.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';

let servers: ServerSet;
let temporal: TemporalServer;
let connection: NativeConnection;

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
  servers = await ServerSet.forTest('cli');
  temporal = await startTemporal({ servers });
  connection = await NativeConnection.connect({ address: temporal.address });
});
afterAll(async () => {
  await connection?.close();
  await servers?.stopAll();
});

/** A command line that runs while the test looks on. */
function begin(...args: string[]) {
  const seen = { stdout: '', stderr: '' };
  const controller = new AbortController();
  const context: CliContext = {
    variables: { TEMPORAL_ADDRESS: temporal.address },
    directory: import.meta.dirname,
    stdout: { write: (text) => (seen.stdout += text) },
    stderr: { write: (text) => (seen.stderr += text) },
    signal: controller.signal,
  };
  return { seen, code: runCli(args, context), interrupt: () => controller.abort() };
}

async function run(...args: string[]) {
  const { seen, code } = begin(...args);
  return { code: await code, ...seen };
}

function until(seen: { stderr: string }, text: string): Promise<void> {
  return vi.waitFor(() => expect(seen.stderr).toContain(text), { timeout: 30_000, interval: 50 });
}

/** Runs `work` while a worker polls the queue. */
async function withWorker<T>(work: () => Promise<T>): Promise<T> {
  const worker = await Worker.create({
    connection,
    taskQueue: 'identity-migration',
    workflowsPath: fileURLToPath(new URL('stand-in-run.ts', import.meta.url)),
    shutdownGraceTime: 0,
  });
  return worker.runUntil(work);
}

describe('a run', () => {
  test('waits for a worker, is shown until its end, over continue-as-new, and summed up', async () => {
    const started = await run('start', '--workflow-id', 'whole', '--input', '{"concurrency": 7}');
    expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining('identity-migrate watch --workflow-id whole') });
    expect(started.stderr).toContain('No worker polls task queue identity-migration');
    const watching = begin('watch', '--workflow-id', 'whole');
    await until(watching.seen, 'no worker answers');
    await withWorker(async () => expect(await watching.code).toBe(0));
    expect(watching.seen.stderr).toMatch(/copy \d\/6 · running/);
    expect(watching.seen.stderr).toContain('report 6/6 · running');
    expect(watching.seen.stdout).toMatch(/users +6 +6 +0 +0 +0 +4\.00 +full[\s\S]*Report: \/reports\/run\.md/);
  });

  test('that has ended is shown at once', async () => {
    const { code, stdout } = await run('watch', '--workflow-id', 'whole', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'done', tables: [{ table: 'users' }] });
  });

  test('is paused, resumed and aborted; a second start is refused meanwhile', () =>
    withWorker(async () => {
      const waiting = begin('start', '--workflow-id', 'steered', '--wait', '--json');
      await until(waiting.seen, 'copy');
      expect(await run('start', '--workflow-id', 'steered')).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^error: RunInProgress: .*steered.* Next: .*watch --workflow-id steered/),
      });
      expect((await run('pause', '--workflow-id', 'steered', '--reason', 'lunch')).code).toBe(0);
      await until(waiting.seen, 'paused: lunch');
      await until(waiting.seen, '· paused');
      expect((await run('resume', '--workflow-id', 'steered', '--json')).stdout).toBe(
        '{"workflowId":"steered","signal":"resume","sent":true}\n',
      );
      expect((await run('abort', '--workflow-id', 'steered', '--then', 'restore')).code).toBe(0);
      expect(await waiting.code).toBe(1);
      expect(waiting.seen.stderr).toMatch(/error: Aborted: Aborted: restore\. Next: start again\.\n$/);
      expect(JSON.parse(waiting.seen.stdout)).toEqual({ error: { type: 'Aborted', message: 'Aborted: restore.', next: 'start again.' } });
      expect(await run('pause', '--workflow-id', 'steered')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('has ended (failed)'),
      });
    }));

  test('that fails ends with its failure', () =>
    withWorker(async () => {
      const { code, stderr } = await run('start', '--workflow-id', 'refused', '--wait', '--input', '{"fresh": true}');
      expect(code).toBe(1);
      expect(stderr).toContain('error: AlreadyMigrated: It is there. Next: leave it.');
    }));

  test('goes on after Ctrl-C', () =>
    withWorker(async () => {
      const watching = begin('start', '--workflow-id', 'left', '--wait');
      await until(watching.seen, 'copy');
      const before = Date.now();
      watching.interrupt();
      expect(await watching.code).toBe(130);
      expect(Date.now() - before).toBeLessThan(3_000);
      expect(watching.seen.stderr).toMatch(/error: Interrupted: .*the run goes on\. Next: .*watch --workflow-id left/);
      expect((await run('watch', '--workflow-id', 'left')).code).toBe(0);
    }));
});

test('a run is shown again once a Temporal that was away is back', () =>
  withWorker(async () => {
    const watching = begin('start', '--workflow-id', 'through-restart', '--wait');
    await until(watching.seen, 'copy');
    await temporal.kill9();
    await until(watching.seen, 'Temporal does not answer');
    await sleep(500);
    await temporal.restart();
    expect(await watching.code).toBe(0);
    expect(watching.seen.stdout).toContain('is done');
  }));

describe('what is not there', () => {
  test('a run', async () => {
    expect(await run('watch', '--workflow-id', 'nobody')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: NotFound: .*nobody.* Next: /),
    });
    expect(await run('abort', '--workflow-id', 'nobody')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: NotFound: /) });
  });

  test('a namespace', async () => {
    const seen = { stderr: '' };
    const code = await runCli(['start'], {
      variables: { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'nowhere' },
      directory: import.meta.dirname,
      stdout: { write: () => undefined },
      stderr: { write: (text) => (seen.stderr += text) },
      signal: new AbortController().signal,
    });
    expect(code).toBe(1);
    expect(seen.stderr).toMatch(/^error: TemporalRefused: .* has no namespace "nowhere"\. Next: /);
  });
});
