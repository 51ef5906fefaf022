import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from './run-cli.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'doctor-'));
  writeFileSync(join(directory, 'a-file'), '');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const VARIABLES = {
  IDENTITY_DB_URL: 'postgresql://migrator:hunter2@127.0.0.1:1/identity',
  LEGACY_AUTH_DB_URL: 'mysql://reader:hunter2@127.0.0.1:1/authorization_db',
  BACKUP_DIR: 'not/there/yet',
  REPORT_DIR: 'a-file/below',
};

test('every thing that a run lacks has its line and its next step, and no password is said', async () => {
  const { code, stdout, stderr } = await run(['doctor'], VARIABLES, directory);
  expect(code).toBe(3);
  const lines = stdout.trim().split('\n');
  expect(lines).toEqual([
    expect.stringMatching(
      /^NOT {2}target \(IDENTITY_DB_URL\): .*127\.0\.0\.1:1\/identity does not answer \(ECONNREFUSED\)\. Next: start it/,
    ),
    expect.stringMatching(/^NOT {2}common_oltp .*TEMP_COMMON_OLTP_DB_URL is not set\. Next: set it as postgresql:/),
    expect.stringMatching(/^NOT {2}authorization_db .*does not answer/),
    expect.stringMatching(/^NOT {2}temporal: Temporal at 127\.0\.0\.1:1 does not answer\. Next: start it/),
    expect.stringMatching(/^NOT {2}worker: not known/),
    ...['pg_dump', 'pg_restore', 'psql'].map((tool) => expect.stringMatching(new RegExp(`^(ok {3}|NOT {2})${tool}: `)) as string),
    expect.stringMatching(/^(ok {3}|warn )BACKUP_DIR: \/.*not\/there\/yet can be made, .* free/),
    expect.stringMatching(/^NOT {2}REPORT_DIR: .*a-file is no directory\. Next: name another in REPORT_DIR/),
  ]);
  expect(stdout + stderr).not.toContain('hunter2');
});

test('the same as one JSON document', async () => {
  const { code, stdout } = await run(['doctor', '--json'], VARIABLES, directory);
  expect(code).toBe(3);
  const { verdict, checks } = JSON.parse(stdout) as { verdict: string; checks: { check: string; level: string; next: string | null }[] };
  expect(verdict).toBe('problem');
  expect(checks).toHaveLength(10);
  for (const { level, next } of checks) expect(next === null).toBe(level === 'ok');
});
