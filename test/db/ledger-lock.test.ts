import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endOldSessions, lastEpoch, runOfChain } from '../../src/db/ledger/acquire.ts';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { holdEpoch, renewLease } from '../../src/db/ledger/fence.ts';
import { endPhase } from '../../src/db/ledger/phase-end.ts';
import { checkFingerprint, readRunFacts } from '../../src/db/ledger/run-facts.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { planHash } from '../../src/plan/hash.ts';
import { LedgerStage } from './ledger-stage.ts';
import { untilTrue } from './schema-database.ts';

let stage: LedgerStage;
beforeAll(async () => {
  stage = await LedgerStage.open('ledger-lock');
});
beforeEach(() => stage.reset());
afterAll(() => stage.close());

const state = () => stage.value<string>('SELECT state FROM identity_migration.runs ORDER BY started_at DESC LIMIT 1');

describe('the lock', () => {
  it('is made once by first starts that race', async () => {
    const bootstrap = async () => {
      const client = await stage.session();
      await transaction(client, {}, () => bootstrapLedger(client));
    };
    await Promise.all(Array.from({ length: 6 }, bootstrap));
    expect(await stage.value("SELECT has_schema_privilege('public', 'identity_migration', 'USAGE')")).toBe(false);
  });

  it('lets at most one run be open, whoever inserts it', async () => {
    await stage.acquire('first');
    const second = stage.admin.query(
      `INSERT INTO identity_migration.runs (workflow_id, first_execution_run_id, lease_until, state, phase, plan_hash, input, fingerprints, absent)
       SELECT 'other', 'other', now(), 'running', 'copy', plan_hash, input, fingerprints, absent FROM identity_migration.runs`,
    );
    await expect(second).rejects.toThrow(/one_open_run/);
  });

  it('is given to one of two starts that race, and names the winner to the other', async () => {
    const outcomes = await Promise.allSettled([stage.acquire('a'), stage.acquire('b')]);
    const lost = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(lost?.reason).toMatchObject({ type: 'RunInProgress', message: expect.stringMatching(/workflow of [ab]/) as string });
  });

  it('is the same again for a retry of the start that took it', async () => {
    const first = await stage.acquire('first');
    expect(await stage.acquire('first', { chain: 'open' })).toEqual({ ...first, resumed: false });
  });

  it('is the same again for a retry of the start that took it over, which is told so: the answer may have been lost', async () => {
    await stage.acquire('first');
    const taken = await stage.acquire('second', { chain: 'closed' });
    expect(await stage.acquire('second', { chain: 'open' })).toEqual({ ...taken, resumed: true });
  });

  it('is given under a new epoch to an execution that began with a reset of its own chain', async () => {
    const first = await stage.acquire('first');
    expect(await stage.acquire('first', { chain: 'open', reset: true })).toEqual({ ...first, epoch: 2, resumed: true });
  });

  it('is known by the chain that took it, as the chain has no answer where it was cancelled meanwhile', async () => {
    expect(await runOfChain(stage.admin, 'first')).toBeNull();
    const { run, epoch } = await stage.acquire('first');
    expect(await runOfChain(stage.admin, 'first')).toEqual({ run, epoch });
    expect(await runOfChain(stage.admin, 'second')).toBeNull();
  });

  it.each([
    ['open', 'now() - interval 1 hour', 'refused'],
    ['unknown', 'now() + interval 1 hour', 'refused'],
    ['unknown', 'now() - interval 1 second', 'taken over'],
    ['closed', 'now() + interval 1 hour', 'taken over'],
  ] as const)('of a holder that Temporal calls %s, lease until %s, is %s', async (chain, lease, outcome) => {
    const first = await stage.acquire('first');
    await stage.admin.query(`UPDATE identity_migration.runs SET lease_until = ${lease.replace(/interval (\d+ \w+)/, "interval '$1'")}`);
    const second = stage.acquire('second', { chain });
    if (outcome === 'refused') await expect(second).rejects.toMatchObject({ type: 'RunInProgress' });
    else expect(await second).toEqual({ run: first.run, epoch: 2, phase: 'backup', resumed: true });
  });

  it('taken over, ends the sessions of the old epoch, and only those', async () => {
    const old = await stage.acquire('first');
    const [zombie, stranger] = [await stage.session(old), await stage.session()];
    const taken = await stage.acquire('second', { chain: 'closed' });
    const mine = await stage.session(taken);
    await endOldSessions(mine, taken);
    await expect(zombie.query('SELECT 1')).rejects.toThrow(/terminat|connection/i);
    await expect(stranger.query('SELECT 1')).resolves.toBeDefined();
    await expect(mine.query('SELECT 1')).resolves.toBeDefined();
  });

  it('is not taken over while a transaction that settled under it commits', async () => {
    const held = await stage.acquire('first');
    const worker = await stage.session(held);
    await worker.query('BEGIN');
    await holdEpoch(worker, held);
    const takeover = stage.acquire('second', { chain: 'closed' });
    await untilTrue(
      stage.admin,
      "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE%')",
    );
    await worker.query('COMMIT');
    expect((await takeover).epoch).toBe(2);
    await expect(holdEpoch(worker, held)).rejects.toMatchObject({ type: 'RunInProgress' });
  });

  it('has a last epoch when its run ends: the same for each try of its holder, none for anybody else, and no old work commits', async () => {
    const held = await stage.acquire('first');
    const zombie = await stage.session(held);
    const last = await lastEpoch(stage.admin, held, 'first');
    expect(last).toEqual({ run: held.run, epoch: 2 });
    expect(await lastEpoch(stage.admin, held, 'first')).toEqual(last);
    await expect(lastEpoch(stage.admin, held, 'second')).rejects.toMatchObject({ type: 'RunInProgress' });
    await expect(holdEpoch(zombie, held)).rejects.toMatchObject({ type: 'RunInProgress' });
    await stage.acquire('second', { chain: 'closed' });
    await expect(lastEpoch(stage.admin, held, 'first')).rejects.toMatchObject({ type: 'RunInProgress' });
  });

  it('has no last epoch when its run is done: an abort that came too late changes nothing', async () => {
    const held = await stage.acquire('first');
    await stage.admin.query("UPDATE identity_migration.runs SET state = 'done'");
    expect(await lastEpoch(stage.admin, held, 'first')).toBeNull();
    expect(await stage.value('SELECT epoch FROM identity_migration.runs')).toBe(1);
  });

  it('renews no lease for the old epoch', async () => {
    const old = await stage.acquire('first');
    await stage.acquire('second', { chain: 'closed' });
    await expect(renewLease(stage.admin, old)).rejects.toMatchObject({ type: 'RunInProgress' });
  });

  it('is not resumed with another plan or another source', async () => {
    await stage.acquire('first');
    const other = { chain: 'closed' } as const;
    await expect(stage.acquire('second', { ...other, planHash: 'another' })).rejects.toMatchObject({
      type: 'PlanChanged',
      message: expect.stringContaining('fresh') as string,
    });
    await expect(stage.acquire('second', { ...other, fingerprints: { common_oltp: 'x', authorization_db: 'a' } })).rejects.toMatchObject({
      type: 'SchemaMismatch',
    });
    expect(await state()).toBe('running');
  });
});

describe('a phase', () => {
  it('ends once: an attempt whose COMMIT answer was lost finds it past', async () => {
    const ref = await stage.acquire('first');
    let done = 0;
    const work = () => Promise.resolve(void (done += 1));
    await endPhase(stage.admin, ref, 'backup', work);
    await endPhase(stage.admin, ref, 'backup', work);
    expect(done).toBe(1);
    expect(await stage.value('SELECT phase FROM identity_migration.runs')).toBe('drop');
  });

  it('is not ended, and its work not kept, by a worker of the old epoch', async () => {
    const old = await stage.acquire('first');
    await stage.acquire('second', { chain: 'closed' });
    const work = () => stage.admin.query('INSERT INTO identity.users VALUES (1)').then(() => undefined);
    await expect(endPhase(stage.admin, old, 'backup', work)).rejects.toMatchObject({ type: 'RunInProgress' });
    expect(await stage.value('SELECT count(*) FROM identity.users')).toBe(0);
    expect(await stage.value('SELECT phase FROM identity_migration.runs')).toBe('backup');
  });

  it('that is past is not walked again after a takeover', async () => {
    const ref = await stage.acquire('first');
    for (const phase of ['backup', 'drop', 'create'] as const) await endPhase(stage.admin, ref, phase, () => Promise.resolve());
    expect(await stage.acquire('second', { chain: 'closed' })).toMatchObject({ phase: 'copy', resumed: true });
  });
});

describe('a worker', () => {
  it('that points at another target, another source or has another plan refuses, so that another takes the task', async () => {
    const ref = await stage.acquire('first');
    const stranger = { run: '00000000-0000-4000-8000-00000000dead', epoch: 1 };
    await expect(readRunFacts(stage.admin, stranger, planHash)).rejects.toMatchObject({ type: 'WrongWorker' });
    await expect(readRunFacts(stage.admin, ref, () => 'another')).rejects.toMatchObject({ type: 'WrongWorker' });
    const facts = await readRunFacts(stage.admin, ref, planHash);
    expect(() => checkFingerprint(facts, 'common_oltp', 'x')).toThrow(expect.objectContaining({ type: 'WrongWorker' }) as Error);
    checkFingerprint(facts, 'common_oltp', 'b');
  });
});
