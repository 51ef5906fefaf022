import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PHASES, type Phase } from '../../src/contract.ts';
import type { Arena } from './arena.ts';
import type { Fault } from './fault.ts';

const STATEMENTS: readonly Phase[] = ['copy', 'reconcile', 'constrain', 'verify'];

/** Every backend of ours on the target (or a source) gets this function: `pg_cancel_backend`, `pg_terminate_backend`. */
async function onBackends(arena: Arena, server: 'target' | 'source', what: 'pg_cancel_backend' | 'pg_terminate_backend'): Promise<void> {
  const url = arena.stage[server].url('postgres');
  for (let tries = 0; tries < 100; tries += 1) {
    const struck = await arena.stage.query(
      `SELECT ${what}(pid) FROM pg_stat_activity WHERE application_name LIKE 'identity-migration %' AND state <> 'idle' AND pid <> pg_backend_pid()`,
      [],
      url,
    );
    if (struck.length > 0) return;
    await sleep(10);
  }
}

async function holdLock(arena: Arena, table: string, mode: string, ms: number): Promise<void> {
  const client = new pg.Client({ connectionString: arena.stage.target.url('identity') });
  await client.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN ${mode} MODE`);
    await sleep(ms);
    await client.query('ROLLBACK');
  } catch {
    // The table is not there yet, or the lock deadlocked with the run's own: this session lost, as it should.
  } finally {
    await client.end();
  }
}

/** What a database's administrator, its time-outs or its other users do to statements of ours. */
export const databaseFaults: readonly Fault[] = [
  ...(['target', 'source'] as const).flatMap((server) =>
    (['pg_cancel_backend', 'pg_terminate_backend'] as const).map((what): Fault => ({
      name: `${what}, ${server}`,
      phases: server === 'target' ? STATEMENTS : ['copy'],
      ends: false,
      strike: (arena) => onBackends(arena, server, what),
    })),
  ),
  {
    name: 'KILL of every MySQL connection',
    phases: ['copy'],
    ends: false,
    async strike(arena) {
      const list = await arena.stage.mysql.client({ sql: "SELECT id FROM information_schema.processlist WHERE user = 'mysql-user';" });
      const ids = list.split('\n').filter((line) => /^\d+$/.test(line));
      for (const id of ids) await arena.stage.mysql.client({ sql: `KILL ${id};` }).catch(() => undefined);
    },
  },
  {
    name: 'another session locks a table',
    phases: STATEMENTS,
    ends: false,
    strike: (arena, random) =>
      holdLock(
        arena,
        random.pick(['identity.users', 'identity.emails', 'identity.role_assignments']),
        'ACCESS EXCLUSIVE',
        random.int(500, 4_000),
      ),
  },
  {
    name: 'the disk of the target is full',
    phases: PHASES.filter(
      (phase) => PHASES.indexOf(phase) >= PHASES.indexOf('create') && PHASES.indexOf(phase) <= PHASES.indexOf('constrain'),
    ),
    ends: false,
    async strike(arena, random) {
      arena.disk?.fill();
      await sleep(random.int(1_000, 4_000));
      arena.disk?.free();
    },
  },
];
