import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS, type RunInput } from '../../src/contract.ts';
import { acquireRun, type ChainState, type Holder } from '../../src/db/ledger/acquire.ts';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { withCommandLock, type CommandLock, type CommandLockOrder } from '../../src/db/ledger/command-lock.ts';
import { applicationName } from '../../src/db/ledger/fence.ts';
import { latestRun, resolveStart } from '../../src/db/ledger/latest-run.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { failure } from './backup-stage.ts';
import { openSchemaDatabase, untilTrue, value, type SchemaDatabase } from './schema-database.ts';

let databases: SchemaDatabase;
let client: pg.Client;
let url: string;

beforeAll(async () => {
  databases = await openSchemaDatabase('command-lock');
  ({ client, url } = await databases.empty());
});
afterAll(() => databases?.close());
beforeEach(() => client.query('DROP SCHEMA IF EXISTS identity_migration CASCADE'));

const saying = (chain: ChainState) => async () => chain;
const never = () => Promise.reject(new Error('Temporal was asked'));

function lock<T>(work: (lock: CommandLock) => Promise<T>, over: Partial<CommandLockOrder> = {}): Promise<T> {
  const target = { role: 'target', name: 'identity', url } as const;
  return withCommandLock({ target, command: 'restore', askTemporal: never, signal: new AbortController().signal, ...over }, work);
}

function start(holder: Holder, chain: ChainState = 'unknown', given: RunInput = {}) {
  const request = {
    holder,
    reset: false,
    startedBy: null,
    given,
    options: DEFAULT_OPTIONS,
    planHash: 'p',
    fingerprints: {},
    servers: {},
    absent: [],
    tables: [],
    predictions: [],
  };
  return transaction(client, {}, async () => {
    await bootstrapLedger(client);
    return acquireRun(client, { ...request, askTemporal: saying(chain) });
  });
}
const FIRST = { workflowId: 'migrate-identity', firstExecutionRunId: 'first' };
const SECOND = { workflowId: 'migrate-identity', firstExecutionRunId: 'second' };
const states = async () => (await client.query<{ state: string }>('SELECT state FROM identity_migration.runs')).rows.map((r) => r.state);
const passLease = () => client.query(`UPDATE identity_migration.runs SET lease_until = now() - interval '1 second'`);

describe('the lock of a command', () => {
  test('keeps commands and runs out while its work goes on, and leaves no row', async () => {
    const result = await lock(async () => {
      const second = await failure(lock(async () => {}, { command: 'migrate' }));
      const run = await failure(start(FIRST));
      const named = expect.stringMatching(/^The command identity-migrate restore \(process \d+ on .+\) is in progress .* Next: /);
      for (const refused of [second, run]) expect(refused).toMatchObject({ type: 'RunInProgress', message: named });
      expect(resolveStart(await latestRun(client), {})).toMatchObject({ kind: 'new' });
      return 'done';
    });
    expect(result).toBe('done');
    expect(await states()).toEqual([]);
    expect(await start(FIRST)).toMatchObject({ epoch: 1, phase: 'backup' });
  });

  test('is free again when the work fails', async () => {
    await expect(lock(() => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
    expect(await states()).toEqual([]);
  });

  test('is had by one of many at a time, all of them patient', async () => {
    let [inside, most] = [0, 0];
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await wait(30);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => lock(work, { command: 'migrate', patience: 60_000 })));
    expect(most).toBe(1);
  });

  test('is refused while a run is alive, however patient the command', async () => {
    await start(FIRST);
    const refused = { type: 'RunInProgress', message: expect.stringMatching(/of workflow migrate-identity is in progress/) };
    expect(await failure(lock(async () => {}, { askTemporal: saying('unknown'), patience: 60_000 }))).toMatchObject(refused);
    await passLease();
    expect(await failure(lock(async () => {}, { askTemporal: saying('open'), patience: 60_000 }))).toMatchObject(refused);
    await expect(lock(async () => {})).rejects.toThrow('Temporal was asked');
    expect(await states()).toEqual(['running']);
  });

  test('of a command that died is free once its lease has passed, and its sessions end', async () => {
    const late = await databases.connect(url);
    await lock(async ({ ref }) => {
      await late.query(`SET application_name = '${applicationName(ref)}'`);
      expect(await failure(start(FIRST))).toMatchObject({ type: 'RunInProgress' });
      await passLease();
      expect(await start(FIRST)).toMatchObject({ epoch: 1 });
      await untilTrue(client, `SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = '${applicationName(ref)}'`);
    });
    expect(await states()).toEqual(['running']);
  });

  test('is renewed: the work may last longer than the lease', { timeout: 30_000 }, async () => {
    const work = async () => {
      await client.query(`UPDATE identity_migration.runs SET lease_until = now() + interval '1 second'`);
      await untilTrue(client, `SELECT lease_until > now() + interval '20 seconds' FROM identity_migration.runs`);
      expect(await states()).toEqual(['running']);
    };
    await lock(work, { renewEvery: 500 });
  });

  test('that was lost stops the work, and nothing of it is committed', { timeout: 30_000 }, async () => {
    await client.query('CREATE TABLE IF NOT EXISTS public.changed (n int)');
    const work = async ({ seal, sealSql, signal }: CommandLock) => {
      await passLease();
      await start(FIRST);
      const change = (sealing: () => Promise<unknown>) =>
        failure(
          transaction(client, {}, async () => {
            await client.query('INSERT INTO public.changed VALUES (1)');
            await sealing();
          }),
        );
      expect(await change(() => seal(client))).toMatchObject({ type: 'RunInProgress' });
      expect(await change(() => client.query(sealSql))).toMatchObject({ message: expect.stringContaining('lock on this target was lost') });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      expect(signal.reason).toMatchObject({ type: 'RunInProgress' });
    };
    await lock(work);
    expect(await value(client, 'SELECT count(*)::int FROM public.changed')).toBe(0);
  });
});

describe('an unfinished run', () => {
  const seals = {
    'a session of ours': ({ seal }: CommandLock) => transaction(client, {}, () => seal(client)),
    psql: ({ sealSql }: CommandLock) => client.query(`BEGIN; ${sealSql} COMMIT;`),
  };

  test.each(Object.entries(seals))('cannot be resumed once a command has changed the schema, by %s', async (_by, seal) => {
    await start(FIRST);
    await lock(async (held) => void (await seal(held)), { askTemporal: saying('closed') });
    expect(await states()).toEqual(['closed']);
    expect(await failure(start(SECOND))).toMatchObject({ type: 'SchemaMismatch', message: expect.stringContaining('{"fresh": true}') });
  });

  test('is resumed where the command changed nothing', async () => {
    const { run } = await start(FIRST);
    await lock(async () => expect(new Set(await states())).toEqual(new Set(['failed', 'running'])), { askTemporal: saying('closed') });
    expect(await states()).toEqual(['failed']);
    expect(await start(SECOND)).toMatchObject({ run, epoch: 3, resumed: true });
  });

  test('that is done stays done', async () => {
    await start(FIRST);
    await client.query(`UPDATE identity_migration.runs SET state = 'done'`);
    await lock(({ seal }) => transaction(client, {}, () => seal(client)));
    expect(await states()).toEqual(['done']);
    expect(await failure(start(SECOND))).toMatchObject({ type: 'AlreadyMigrated' });
  });
});
