import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectionEnvironment } from '../../src/schema/connection-environment.ts';
import { findTool } from '../../src/schema/postgres-tools.ts';
import { toolError } from '../../src/schema/tool-error.ts';

afterEach(() => vi.unstubAllEnvs());

describe('what PostgreSQL’s programs are given', () => {
  test('the URL’s parts, decoded, and none of the caller’s variables that lead elsewhere', () => {
    for (const name of ['PGHOSTADDR', 'PGSERVICE', 'PGPASSWORD', 'PGDATABASE', 'PGOPTIONS']) vi.stubEnv(name, 'elsewhere');
    const env = connectionEnvironment(
      'postgresql://ann:p%40ss%3Aw%2Frd@db.internal:6543/my%20base?sslmode=no-verify&application_name=x',
      'app',
    );
    expect(env).toMatchObject({
      PGHOST: 'db.internal',
      PGPORT: '6543',
      PGUSER: 'ann',
      PGPASSWORD: 'p@ss:w/rd',
      PGDATABASE: 'my base',
      PGSSLMODE: 'require',
      PGAPPNAME: 'app',
    });
    for (const name of ['PGHOSTADDR', 'PGSERVICE', 'PGOPTIONS']) expect(env[name]).toBeUndefined();
  });

  test('no password where there is none, so that a pass file counts', () => {
    vi.stubEnv('PGPASSFILE', '/somewhere/pgpass');
    const env = connectionEnvironment('postgresql://ann@[::1]/base', 'app');
    expect(env['PGPASSWORD']).toBeUndefined();
    expect(env).toMatchObject({ PGPASSFILE: '/somewhere/pgpass', PGHOST: '::1', PGPORT: '5432' });
  });
});

describe('a program that is not to be found', () => {
  test('is named with what is needed and where it was looked for', () => {
    const places = { path: '/nowhere:relative', packaged: '/nowhere/either' };
    expect(() => findTool('pg_dump', 15, 'BackupFailed', places)).toThrow(
      expect.objectContaining({
        type: 'BackupFailed',
        message: expect.stringMatching(
          /^pg_dump of version 15 or newer is needed; found none on the PATH and under \/nowhere\/either\..*postgresql-client-15/,
        ),
      }),
    );
  });

  test('an older one is named, too', () => {
    expect(() => findTool('pg_dump', 99, 'BackupFailed')).toThrow(/of version 99 or newer is needed; found \/\S+pg_dump \(1[5-9]\)/);
  });
});

describe('what a program says of its failure', () => {
  const said = (stderr: string) => toolError('psql', stderr, 3);

  test('keeps names and drops values', () => {
    const error = said(
      [
        'psql:<stdin>:9: ERROR:  23505: duplicate key value violates unique constraint "users_pkey"',
        'DETAIL:  Key (email)=(ada@example.org) already exists.',
        'CONTEXT:  COPY users, line 3: "hunter2"',
        'LOCATION:  _bt_check_unique, nbtinsert.c:666',
      ].join('\n'),
    );
    expect(error.message).toBe('duplicate key value violates unique constraint "users_pkey" [23505]');
    expect(error.state).toBe('23505');
    expect(said('psql:<stdin>:9: FEHLER:  22P02: ungültige Eingabe »x« "hunter2" for column "id"').message).not.toContain('hunter2');
  });

  test('names what hangs on a table', () => {
    const stderr = 'psql:<stdin>:3: ERROR:  2BP01: cannot drop\nDETAIL:  view public.v depends on table identity.users\nHINT:  Use CASCADE';
    expect(said(stderr).message).toBe('cannot drop: view public.v depends on table identity.users [2BP01]');
  });

  test('joins a program’s error and the server’s', () => {
    const stderr =
      'pg_dump: error: Dumping failed: x\npg_dump: detail: Error message from server: ERROR:  y\npg_dump: detail: Command was: COPY z';
    expect(said(stderr).message).toBe('Dumping failed: x: ERROR:  y');
  });

  test('falls back on how it ended', () => {
    expect(said('Segmentation').message).toBe('psql ended with 3');
    expect(toolError('psql', '', 'SIGKILL').message).toBe('psql ended with SIGKILL');
  });
});
