import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKFLOW_ID, SIGNALS } from '../../src/contract.ts';
import { findTemporal } from '../../src/local/install/find-temporal.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import { Link } from '../faults/link.ts';
import { running, slowIndexes, usualIndexes } from './slow-statements.ts';
import { Stage } from './stage.ts';
import { SteeredRun } from './steered-run.ts';

const execute = promisify(execFile);
/** Of a table of the model; a takeover makes the ledger's own, too. */
const CREATE_INDEX = '^CREATE (UNIQUE )?INDEX [^;]* ON "?identity"?\\.';
const INDEX_SESSIONS = `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'identity-migration%' AND query ~ '${CREATE_INDEX}'`;

const NEWEST_RUN = 'SELECT run, epoch::int FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1';
const LANDED_CHUNKS = "SELECT table_name, chunk, attempt, finished_at, sha256 FROM identity_migration.chunks WHERE state = 'done'";

/** One run after another on the same target: each test goes on from where the one before it left the run. */
describe('steering a run in each of its phases', () => {
  let stage: Stage;
  let run: SteeredRun;
  /** In front of the PostgreSQL source. */
  let link: Link;

  beforeAll(async () => {
    stage = await Stage.open({ name: 'steering-phases', environment: { CHUNK_ROWS: '60', HEARTBEAT_TIMEOUT: '5s' } });
    run = await SteeredRun.on(stage);
    link = await Link.to(Number(new URL(stage.sourceUrl).port));
    await startWorker();
  });
  afterAll(async () => {
    await run.close();
    await link.close();
    await stage.close();
  });

  const startWorker = () => stage.startWorker({ TEMP_COMMON_OLTP_DB_URL: link.through(stage.sourceUrl) });

  /** As an operator types it; the whole of the arguments is in the runbook's form. */
  const signalByTemporal = async (name: string, input?: object) => {
    await execute(findTemporal()!, [
      ...['workflow', 'signal', '--workflow-id', DEFAULT_WORKFLOW_ID, '--name', name, '--address', stage.temporal.address],
      ...(input === undefined ? [] : ['--input', JSON.stringify(input)]),
    ]);
  };
  const phaseOf = async () =>
    (await stage.query<{ phase: string }>('SELECT phase FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1'))[0]!.phase;
  const inMidIndex = () =>
    waitUntil(
      async () => {
        // The proofs of the copy phase make indexes of their own.
        if ((await run.progress()).phase !== 'constrain' || (await running(stage, CREATE_INDEX)) === 0)
          throw new Error('No index is being built');
      },
      // All of the copy may lie before it.
      { forMs: 480_000, everyMs: 50 },
    );

  it('paused before its first phase, it reads nothing and is shown as paused; resumed, it goes on', async () => {
    await run.startWithSignal(SIGNALS.pause);
    await run.until('paused', (seen) => seen.state === 'paused');
    expect((await run.progress()).phase).toBe('preflight');
    expect(await run.details()).toMatch(/^\*\*preflight\*\* · paused/);
    expect(await stage.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'identity%'")).toEqual([]);
    await signalByTemporal('resume');
    await run.until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 3);
  });

  it('resumed without a pause, it says so and goes on; paused by the temporal command, query, details and runs say paused', async () => {
    await signalByTemporal('resume');
    await run.until('the notice', (seen) => seen.notices.some((notice) => notice.includes('was not paused')));
    await signalByTemporal('pause', { reason: 'typed from the runbook' });
    await run.until('paused', (seen) => seen.state === 'paused', 30_000);
    expect(await run.details()).toMatch(/· paused[\s\S]*typed from the runbook/);
    const { stdout } = await stage.cli(['runs', '--json']);
    expect((JSON.parse(stdout) as { state: string }[])[0]).toMatchObject({ state: 'paused', phase: 'copy' });
  });

  it('aborted while it is paused, it ends at once, says that all is left, and starts nothing more', async () => {
    const before = await run.landed();
    await signalByTemporal('abort', { reason: 'while paused' });
    expect(await run.failure()).toEqual({ type: 'Aborted', message: expect.stringMatching(/while paused.*left as it is/) as string });
    expect(await run.state()).toBe('aborted');
    expect(await run.landed()).toBe(before);
  });

  it('aborted before it has begun anything, it says so; aborted while it takes the lock, the ledger does not call it running', async () => {
    await run.startWithSignal(SIGNALS.abort);
    expect(await run.failure()).toEqual({ type: 'Aborted', message: expect.stringContaining('this start had begun nothing') as string });
    // What has landed is counted once the run is taken over: the answer of `lock` waits for this.
    const other = await stage.hold('LOCK TABLE identity.users IN ACCESS EXCLUSIVE MODE');
    await run.start();
    await waitUntil(
      async () => {
        if ((await running(stage, '^SELECT count.*identity."?users')) === 0) throw new Error('Nothing waits for the table');
      },
      { forMs: 120_000, everyMs: 50 },
    );
    expect(await run.state()).toBe('running');
    await run.handle.signal(SIGNALS.abort, { reason: 'while locking' });
    expect(await run.failure()).toEqual({ type: 'Aborted', message: expect.stringMatching(/while locking.*left as it is/) as string });
    expect(await run.state()).toBe('aborted');
    await other.release();
  });

  it('started again, its first line says what is done, and no phase that is past is walked again', async () => {
    const before = await run.landed();
    await run.start();
    await run.until('resumed', (seen) => seen.notices.length > 0);
    const [first, second] = (await run.progress()).notices;
    expect(first).toMatch(/^resuming run [0-9a-f-]{36}: \d+ of 36 tables, \d+ of \d+ chunks done$/);
    expect(second).toBe('It goes on in copy.');
    expect(Number(/, (\d+) of/.exec(first!)![1])).toBe(before);
    const { events } = await run.handle.fetchHistory();
    const types = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
    expect(types).toEqual(expect.arrayContaining(['lock']));
    expect(types.filter((type) => ['backup', 'drop', 'create'].includes(type))).toEqual([]);
  });

  it('waits for a source that is away, names it, and goes on by itself once it is back', async () => {
    await run.until('in mid-copy', (seen) => seen.phase === 'copy');
    link.refuse();
    await run.until(
      'waiting for the source',
      (seen) => seen.state === 'waiting' && /common_oltp.* does not answer/.test(seen.waitingFor ?? ''),
    );
    const [details, before] = [await run.details(), await run.landed()];
    link.admit();
    expect(details).toMatch(/^\*\*copy\*\* · waiting · .*common_oltp/);
    await run.until('going on', (seen) => seen.state === 'running');
    await waitUntil(
      async () => {
        if ((await run.landed()) <= before) throw new Error('Nothing more has landed');
      },
      { forMs: 120_000, everyMs: 100 },
    );
  });

  it('reset by an operator to its first task, it takes its own run over under a new epoch, and copies nothing twice', async () => {
    await run.until('in mid-copy', (seen) => seen.phase === 'copy');
    const [{ epoch, run: id }] = (await stage.query<{ epoch: number; run: string }>(NEWEST_RUN)) as [{ epoch: number; run: string }];
    const landed = await stage.query(LANDED_CHUNKS);
    expect(landed.length).toBeGreaterThan(0);
    await execute(findTemporal()!, [
      ...['workflow', 'reset', '--workflow-id', DEFAULT_WORKFLOW_ID, '--type', 'FirstWorkflowTask', '--reason', 'an operator tries'],
      ...['--address', stage.temporal.address],
    ]);
    await waitUntil(async () => expect(await stage.query(NEWEST_RUN)).toEqual([{ run: id, epoch: epoch + 1 }]), { forMs: 60_000 });
    await run.until('resumed', (seen) => seen.notices.some((notice) => notice.startsWith(`resuming run ${id}: `)));
    await run.until('going on', (seen) => seen.phase === 'copy' && seen.state === 'running' && seen.step.done > landed.length);
    expect(await stage.query(LANDED_CHUNKS)).toEqual(expect.arrayContaining(landed));
  });

  it('aborted in mid-COPY, the COPY is gone from the server', async () => {
    await run.until('in mid-copy', (seen) => seen.phase === 'copy');
    // Tables that are copied late: their chunks are planned, and the rows do not come.
    const other = await stage.hold(
      'LOCK TABLE common_oltp.user_event, common_oltp.user_group_xref, common_oltp.user_preference, common_oltp.user_status',
      stage.sourceUrl,
    );
    await waitUntil(
      async () => {
        if ((await running(stage, '^COPY')) === 0) throw new Error('No chunk is in mid-COPY');
      },
      { forMs: 60_000, everyMs: 100 },
    );
    await run.handle.signal(SIGNALS.abort, { reason: 'mid-copy' });
    expect(await run.failure()).toMatchObject({ type: 'Aborted' });
    expect(await running(stage, '^COPY')).toBe(0);
    await other.release();
  });

  it('aborted while the target is away, it ends all the same; the next start takes the run over', async () => {
    await run.start();
    await run.until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 0);
    const before = await run.landed();
    await stage.target.kill9();
    await run.until('waiting for the target', (seen) => seen.state === 'waiting' && /target/.test(seen.waitingFor ?? ''));
    await run.handle.signal(SIGNALS.abort, {});
    expect(await run.failure()).toEqual({
      type: 'Aborted',
      message: expect.stringMatching(/ledger could not be told.*next start/) as string,
    });
    await stage.target.restart();
    expect(await run.state()).toBe('running');
    await run.start();
    await run.until('resumed', (seen) => seen.notices.length > 0);
    expect(await run.landed()).toBeGreaterThanOrEqual(before);
  });

  it('paused in mid-index, it finishes the statement, and begins no other; a worker that comes later keeps to that', async () => {
    await slowIndexes(stage, 2);
    await inMidIndex();
    await run.handle.signal(SIGNALS.pause, {});
    await run.until('pausing or paused', (seen) => seen.state === 'pausing' || seen.state === 'paused', 2_000);
    await run.until('paused', (seen) => seen.state === 'paused', 60_000);
    expect(await running(stage, CREATE_INDEX)).toBe(0);
    const { step } = await run.progress();
    await stage.killWorkers();
    await startWorker();
    await run.until('paused, for the new worker too', (seen) => seen.state === 'paused' && seen.phase === 'constrain', 60_000);
    expect((await run.progress()).step).toEqual(step);
    expect(await run.state()).toBe('paused');
  });

  it('aborted in mid-index, the CREATE INDEX is cancelled on the server and nothing half-built stays', async () => {
    await slowIndexes(stage, 600);
    await run.handle.signal(SIGNALS.resume);
    await inMidIndex();
    await run.handle.signal(SIGNALS.abort, { reason: 'mid-index' });
    expect(await run.failure()).toMatchObject({ type: 'Aborted' });
    expect(await running(stage, CREATE_INDEX)).toBe(0);
    expect(await stage.query('SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid')).toEqual([]);
  });

  it('terminated in mid-index, it leaves the statement running; the next start ends it, and says how far the run was', async () => {
    await run.start();
    await inMidIndex();
    await run.handle.terminate('pulled by an operator');
    expect(await running(stage, CREATE_INDEX)).toBeGreaterThan(0);
    const building = await stage.query(INDEX_SESSIONS);
    await run.startWithSignal(SIGNALS.pause);
    await signalByTemporal('resume');
    await run.until('resumed', (seen) => seen.notices.some((notice) => /^resuming run .* 36 of 36 tables/.test(notice)));
    expect((await run.progress()).notices[0]).toMatch(/^resuming run /);
    const old = await stage.query('SELECT pid FROM pg_stat_activity WHERE pid = ANY ($1)', [building.map(({ pid }) => pid as number)]);
    expect(old).toEqual([]);
    await run.handle.signal(SIGNALS.abort, {});
    expect(await run.failure()).toMatchObject({ type: 'Aborted' });
    await usualIndexes(stage);
  });

  it('started again, it goes on in constrain, where each step is done once, to the same end', async () => {
    const done = await stage.query("SELECT step, finished_at FROM identity_migration.steps WHERE state = 'done' ORDER BY 1");
    await run.start();
    await run.until('resumed', (seen) => seen.notices.some((notice) => notice === 'It goes on in constrain.'));
    expect(await run.failure()).toBeNull();
    const after = await stage.query('SELECT step, finished_at FROM identity_migration.steps ORDER BY 1');
    expect(after).toEqual(expect.arrayContaining(done));
    for (const [table, { loaded }] of Object.entries(stage.manifest.tables)) {
      expect([table, await stage.query(`SELECT count(*)::int AS n FROM identity."${table}"`)]).toEqual([table, [{ n: loaded }]]);
    }
    expect(await phaseOf()).toBe('unlock');
  });

  it('aborted with restore while the target is away, it waits for it, says so, and brings back what it found', async () => {
    const before = await stage.contents('identity');
    await run.start({ fresh: true });
    await run.until('in mid-copy', (seen) => seen.phase === 'copy' && seen.step.done > 2);
    await stage.target.kill9();
    await run.until('waiting', (seen) => seen.state === 'waiting');
    await run.handle.signal(SIGNALS.abort, { then: 'restore' });
    await run.until('aborting, and waiting for the target', (seen) => seen.state === 'aborting' && /target/.test(seen.waitingFor ?? ''));
    await stage.target.restart();
    expect(await run.failure()).toMatchObject({ type: 'Aborted', message: expect.stringMatching(/backup .* is restored/) as string });
    expect(await stage.contents('identity')).toEqual(before);
    expect(await run.state()).toBe('closed');
  });
});
