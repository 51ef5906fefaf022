import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdleSessions } from '../../src/db/postgres/idle-sessions.ts';
import { withPostgres } from '../../src/db/postgres/session.ts';
import type { Server } from '../../src/db/server.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import { LedgerStage } from './ledger-stage.ts';

let stage: LedgerStage;
let server: Server;
let open = 0;

beforeAll(async () => {
  stage = await LedgerStage.open('idle-sessions');
  const idle = new IdleSessions();
  server = { role: 'target', name: 'identity', url: stage.url, idle, counted: (change) => (open += change) };
});
afterAll(() => stage.close());

const NAME = 'identity-migration run e1';
const again = <T>(work: (client: pg.Client) => Promise<T>, name = NAME, signal?: AbortSignal) =>
  withPostgres(server, { applicationName: name, fallback: 'TableFailed', again: true, signal }, work);
const pidOf = async (client: pg.Client) => (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;

describe('a session that is used again', () => {
  it('is the same one, and as if new: no setting, no temporary table, no lock', async () => {
    const first = await again(async (client) => {
      await client.query("SET work_mem = '7MB'; CREATE TEMPORARY TABLE left_over (id int); SELECT pg_advisory_lock(7)");
      return pidOf(client);
    });
    await again(async (client) => {
      expect(await pidOf(client)).toBe(first);
      const { rows } = await client.query(
        `SELECT current_setting('work_mem') AS memory, current_setting('application_name') AS name, to_regclass('left_over') AS table,
                (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks`,
      );
      expect(rows).toEqual([{ memory: '4MB', name: NAME, table: null, locks: 0 }]);
    });
  });

  it('serves one piece of work at a time, and none of another name', async () => {
    await again(async (client) => {
      const mine = await pidOf(client);
      const others = await Promise.all([again(pidOf), again(pidOf, 'identity-migration run e2')]);
      expect(new Set([mine, ...others]).size).toBe(3);
    });
  });

  it('is opened anew after an error, an abort, a transaction left open, or when the server ended it', async () => {
    const name = 'identity-migration ended';
    const seen = [await again(pidOf, name)];
    const stop = new AbortController();
    const endings = [
      () => again((client) => client.query('SELECT 1 / 0'), name).catch(() => undefined),
      () => again(() => Promise.resolve(stop.abort()), name, stop.signal),
      () => again((client) => client.query('BEGIN'), name),
      async () => {
        const before = open;
        await stage.admin.query('SELECT pg_terminate_backend($1)', [seen.at(-1)]);
        const noticed = () => (open < before ? Promise.resolve() : Promise.reject(new Error('The end was not noticed')));
        await waitUntil(noticed, { forMs: 10_000, everyMs: 5 });
      },
    ];
    for (const end of endings) {
      await end();
      seen.push(await again(pidOf, name));
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('is closed when nobody wants it any more', async () => {
    await again(pidOf);
    expect(open).toBeGreaterThan(0);
    await waitUntil(
      async () => {
        const left = await stage.value<number>(
          `SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE 'identity-migration%'`,
        );
        if (left > 0 || open > 0) throw new Error(`${left} sessions are open, ${open} are counted`);
      },
      { forMs: 30_000, everyMs: 100 },
    );
  });
});
