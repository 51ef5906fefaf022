import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';
import { SteeredRun } from './steered-run.ts';

describe('the workers of a run', () => {
  let stage: Stage;
  let run: SteeredRun;

  beforeAll(async () => {
    stage = await Stage.open({ name: 'workers', environment: { CHUNK_ROWS: '40', HEARTBEAT_TIMEOUT: '5s' } });
    run = await SteeredRun.on(stage);
    await stage.target.createDatabase('another');
  });
  afterAll(async () => {
    await run.close();
    await stage.close();
  });

  /** Workers that have landed chunks, as the ledger names them: `host:pid`. */
  const landedBy = async () =>
    (
      await stage.query<{ pid: string }>(
        `SELECT DISTINCT split_part(worker, ':', 2) AS pid FROM identity_migration.chunks WHERE state = 'done' ORDER BY 1`,
      )
    ).map(({ pid }) => Number(pid));

  it('share the work; one that is told to stop finishes what it has begun, and exits with 0; the others go on', async () => {
    const [first, second] = [await stage.startWorker(), await stage.startWorker()];
    await run.start({ concurrency: 6 });
    await run.until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 20);
    expect(await landedBy()).toEqual([first.pid, second.pid].toSorted((a, b) => a! - b!));
    await stage.end(first, 'SIGTERM');
    expect([first.exitCode, first.signalCode]).toEqual([0, null]);
    const attempts = await stage.query<{ attempt: number }>(
      'SELECT DISTINCT attempt::int FROM identity_migration.chunks WHERE attempt > 0',
    );
    expect(attempts).toEqual([{ attempt: 1 }]);
  });

  it.each([
    ['points at a target without the run', () => ({ IDENTITY_DB_URL: stage.target.url('another') })],
    ['has a wrong password for a source', () => ({ TEMP_COMMON_OLTP_DB_URL: stage.sourceUrl.replace(/:[^:@]+@/, ':wrong@') })],
  ])('one that %s refuses the chunks of the run, which waits for a right one and says so', async (_what, environment) => {
    await stage.killWorkers();
    const wrong = await stage.startWorker(environment());
    await run.until('waiting', (seen) => seen.state === 'waiting' && (seen.waitingFor ?? '').startsWith('a worker '));
    const before = await run.landed();
    await sleep(2_000);
    expect(await run.landed()).toBe(before);
    const right = await stage.startWorker();
    await run.until('going on', (seen) => seen.step.done > before + 5);
    expect(await landedBy()).toContain(right.pid);
    expect(await landedBy()).not.toContain(wrong.pid);
    await stage.end(wrong, 'SIGTERM');
  });

  it('and the run ends as it should', async () => {
    const another = await stage.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'identity%'", [], stage.target.url('another'));
    expect(another).toEqual([]);
    expect(await run.failure()).toBeNull();
  });
});
