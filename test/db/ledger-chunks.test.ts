import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countChunks, insertChunks, nextChunks } from '../../src/db/ledger/chunks.ts';
import { claimChunk, endOvertaken, settleChunk, type ChunkOutcome } from '../../src/db/ledger/claim.ts';
import type { RunRef } from '../../src/db/ledger/fence.ts';
import { checkLandedTables } from '../../src/db/ledger/landed.ts';
import { doStep, insertSteps } from '../../src/db/ledger/steps.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import type { KeyBounds } from '../../src/sql/range.ts';
import { LedgerStage } from './ledger-stage.ts';
import { untilTrue } from './schema-database.ts';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const BOUNDS: readonly KeyBounds[] = [
  { lower: null, upper: ['10'] },
  { lower: ['10'], upper: null },
];
const FIRST = { table: 'users', chunk: 1 };
const OUTCOME: ChunkOutcome = { ...FIRST, sourceRows: 2, rows: 2, merged: 0, rejected: 0, adjusted: 0, bytes: 20, sha256: 'x' };

let stage: LedgerStage;
let ref: RunRef;
beforeAll(async () => {
  stage = await LedgerStage.open('ledger-chunks');
});
beforeEach(async () => {
  await stage.reset();
  ref = await stage.acquire('first');
  await insertChunks(stage.admin, ref, 'users', BOUNDS);
});
afterAll(() => stage.close());

const claim = (client: pg.Client) => transaction(client, {}, () => claimChunk(client, ref, FIRST, 'worker'));
const rows = () => stage.value<number>('SELECT count(*) FROM identity.users');

/** What an attempt does between its claim and its COMMIT. */
async function load(client: pg.Client, attempt: number): Promise<void> {
  await transaction(client, {}, async () => {
    await client.query('INSERT INTO identity.users VALUES (1), (2)');
    await settleChunk(client, ref, attempt, OUTCOME);
  });
}

async function taken(client: pg.Client) {
  const mine = await claim(client);
  if (mine.state !== 'mine') throw new Error('The chunk has landed already.');
  return mine;
}

const claimed = async (client: pg.Client): Promise<number> => (await taken(client)).attempt;

describe('chunks', () => {
  it('are planned once by two workers that plan the same table', async () => {
    await stage.admin.query('DELETE FROM identity_migration.chunks; UPDATE identity_migration.tables SET planned = false');
    const workers = await Promise.all([stage.session(ref), stage.session(ref)]);
    const thirds: readonly KeyBounds[] = [
      { lower: null, upper: ['5'] },
      { lower: ['5'], upper: ['9'] },
      { lower: ['9'], upper: null },
    ];
    await Promise.all([insertChunks(workers[0]!, ref, 'users', BOUNDS), insertChunks(workers[1]!, ref, 'users', thirds)]);
    const chunks = await countChunks(stage.admin, ref, 'users');
    expect([2, 3]).toContain(chunks);
    const ends = 'SELECT count(*) FROM identity_migration.chunks WHERE lower_key IS NULL';
    expect(await stage.value(ends)).toBe(1);
    expect(await stage.value(ends.replace('lower', 'upper'))).toBe(1);
    expect(await nextChunks(stage.admin, ref, 'users', 0, 10)).toHaveLength(chunks);
  });

  it('are not planned by a worker of the old epoch', async () => {
    await stage.admin.query('DELETE FROM identity_migration.chunks; UPDATE identity_migration.tables SET planned = false');
    await stage.acquire('second', { chain: 'closed' });
    await expect(insertChunks(stage.admin, ref, 'users', BOUNDS)).rejects.toMatchObject({ type: 'RunInProgress' });
    expect(await stage.value('SELECT count(*) FROM identity_migration.chunks')).toBe(0);
  });
});

describe('an attempt at a chunk', () => {
  it('that was overtaken cannot commit late: its rows are rolled back', async () => {
    const [zombie, next] = [await stage.session(ref), await stage.session(ref)];
    const old = await claimed(zombie);
    await load(next, await claimed(next));
    await expect(load(zombie, old)).rejects.toMatchObject({ type: 'Fenced' });
    expect(await rows()).toBe(2);
  });

  it('that was overtaken cannot commit before its successor either', async () => {
    const [zombie, next] = [await stage.session(ref), await stage.session(ref)];
    const old = await claimed(zombie);
    const mine = await claimed(next);
    await expect(load(zombie, old)).rejects.toMatchObject({ type: 'Fenced' });
    await load(next, mine);
    expect(await rows()).toBe(2);
  });

  it('whose COMMIT answer was lost finds its own outcome when it claims again', async () => {
    const worker = await stage.session(ref);
    await load(worker, await claimed(worker));
    expect(await claim(worker)).toEqual({ state: 'done', outcome: OUTCOME });
    expect(await rows()).toBe(2);
  });

  it('of the old epoch, waking up after a takeover, neither claims nor commits', async () => {
    const worker = await stage.session();
    const mine = await claimed(worker);
    await stage.acquire('second', { chain: 'closed' });
    await expect(load(worker, mine)).rejects.toMatchObject({ type: 'RunInProgress' });
    await expect(claim(worker)).rejects.toMatchObject({ type: 'RunInProgress' });
    expect(await rows()).toBe(0);
  });

  it('holds up nobody who asks for the lock meanwhile', async () => {
    const worker = await stage.session(ref);
    const mine = await claimed(worker);
    await worker.query('BEGIN');
    await worker.query('INSERT INTO identity.users VALUES (1)');
    await worker.query(`UPDATE identity_migration.chunks SET bytes = 1 WHERE run = '${ref.run}' AND chunk = 1`);
    await expect(stage.acquire('second', { chain: 'open' })).rejects.toMatchObject({ type: 'RunInProgress' });
    await worker.query('ROLLBACK');
    await load(worker, mine);
    expect(await rows()).toBe(2);
  });

  it('waits for one that is about to commit, and then takes its outcome', async () => {
    const [first, second] = [await stage.session(ref), await stage.session(ref)];
    const mine = await claimed(first);
    await first.query('BEGIN; INSERT INTO identity.users VALUES (1), (2)');
    await settleChunk(first, ref, mine, OUTCOME);
    const late = claim(second);
    await untilTrue(stage.admin, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')");
    await first.query('COMMIT');
    expect((await late).state).toBe('done');
  });

  it('that freezes with its chunk locked loses the session, so that nobody waits for it for ever', async () => {
    const worker = await stage.session(ref);
    const mine = await claimed(worker);
    await transaction(worker, {}, async () => {
      await settleChunk(worker, ref, mine, OUTCOME);
      const { rows: shown } = await worker.query<{ t: string }>("SELECT current_setting('idle_in_transaction_session_timeout') AS t");
      expect(shown[0]!.t).toBe('30s');
      await worker.query("SET LOCAL idle_in_transaction_session_timeout = '50ms'");
      await untilTrue(stage.admin, `SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE state LIKE 'idle in transaction%')`);
    }).catch((error: unknown) => expect(String(error)).toMatch(/terminat|connection/i));
    expect((await claim(await stage.session(ref))).state).toBe('mine');
  });
});

describe('an attempt that froze while it copied', () => {
  /** A second attempt at the chunk, and whom it overtakes. */
  const overtake = async (next: pg.Client) => {
    const { overtaken } = await taken(next);
    if (overtaken !== null) await endOvertaken(next, ref, overtaken);
    return overtaken;
  };
  const gone = (client: pg.Client) =>
    untilTrue(stage.admin, `SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ${processOf(client)})`);
  const processOf = (client: pg.Client) => (client as unknown as { processID: number }).processID;

  it.each([
    ['with its rows sent', (frozen: pg.Client) => frozen.query('INSERT INTO identity.users VALUES (1)').then(() => {})],
    // A stream that nobody ends: the driver itself would give a COPY without one up at once.
    [
      'in mid-COPY',
      (frozen: pg.Client) => Promise.resolve(void frozen.query(copyFrom('COPY identity.users FROM STDIN')).on('error', () => {})),
    ],
  ])('%s, is ended by the next: its lock would keep every index from being built', async (_when, work) => {
    const [frozen, next] = [await stage.session(ref), await stage.session(ref)];
    await claimed(frozen);
    await frozen.query('BEGIN');
    await work(frozen);
    await untilTrue(stage.admin, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'identity.users'::regclass)");
    expect(await overtake(next)).toBe(processOf(frozen));
    await gone(frozen);
    await stage.admin.query("SET lock_timeout = '5s'; CREATE INDEX ON identity.users (id); RESET lock_timeout");
  });

  it('is left alone, once it has landed its chunk or rests: its session has other work by then', async () => {
    const [first, next] = [await stage.session(ref), await stage.session(ref)];
    await load(first, await claimed(first));
    await stage.admin.query('UPDATE identity_migration.chunks SET moved = true');
    await first.query('BEGIN');
    expect(await overtake(next)).toBe(null);
    await first.query('COMMIT');
    expect(await overtake(first)).toBe(processOf(next));
    expect((await next.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('a step', () => {
  it('is done once, by one of two attempts at the same time', async () => {
    await insertSteps(stage.admin, ref, 'reconcile', [{ step: 'one', table: null, work: {}, after: [] }]);
    const work = async (client: pg.Client) => (await client.query('INSERT INTO identity.users VALUES (7)')).rowCount!;
    const sessions = await Promise.all([stage.session(ref), stage.session(ref)]);
    const done = await Promise.all(sessions.map((client) => doStep(client, ref, 'reconcile', 'one', () => work(client))));
    expect(done.filter((rowsDone) => rowsDone === 1)).toHaveLength(1);
    expect(done).toContain(null);
    expect(await rows()).toBe(1);
  });
});

describe('resuming', () => {
  beforeEach(async () => {
    await stage.admin.query("UPDATE identity_migration.tables SET oid = 'identity.users'::regclass");
    await load(stage.admin, await claimed(stage.admin));
  });

  it('goes on where the tables are as the ledger says', async () => {
    await checkLandedTables(stage.admin, ref, 'copy');
  });

  it.each([
    ['emptied', 'TRUNCATE identity.users', /holds 0 rows, the ledger says 2/],
    ['written to', 'INSERT INTO identity.users VALUES (3)', /holds 3 rows/],
    ['made again', 'DROP TABLE identity.users; CREATE TABLE identity.users AS SELECT generate_series(1, 2) AS id', /not the one/],
    ['dropped', 'DROP TABLE identity.users', /not the one/],
  ])('notices a table that was %s, and names fresh', async (_, sql, message) => {
    await stage.admin.query(sql);
    const failure = checkLandedTables(stage.admin, ref, 'copy');
    await expect(failure).rejects.toMatchObject({ type: 'SchemaMismatch', message: expect.stringMatching(message) as string });
    await expect(failure).rejects.toThrow(/fresh/);
  });
});
