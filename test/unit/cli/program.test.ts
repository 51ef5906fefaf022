import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from './run-cli.ts';

/** By the help itself, so that none is left out. */
const COMMANDS = [...(await run(['--help'])).stdout.matchAll(/^ {2}([\w-]+) \[options\]/gm)].map((match) => match[1]!);
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'identity-cli-'));
  writeFileSync(join(directory, 'good.json'), '{"dryRun": true}');
  writeFileSync(join(directory, 'bad.json'), '{"password=hunter2": true}');
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('help', () => {
  test('lists every command and the exit codes', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    const schema = ['status', 'list', 'migrate', 'migrate-to', 'rollback', 'backup', 'restore', 'generate-sql'];
    const runs = ['start', 'watch', 'pause', 'resume', 'abort', 'runs', 'report', 'replay', 'verify'];
    expect(COMMANDS).toEqual(expect.arrayContaining([...schema, ...runs]));
    expect(stdout).toContain('Exit codes: 0 done; 1 failed; 2 wrong usage or input; 3 found a problem that blocks; 130 interrupted.');
  });

  test.each(COMMANDS)('of %s has an example and --json', async (command) => {
    const { code, stdout, stderr } = await run([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`$ identity-migrate ${command}`);
    expect(stdout).toContain('--json');
  });
});

describe('wrong usage or input ends with 2 and one line', () => {
  test.each([
    [['strat'], "unknown command 'strat' (Did you mean start?)"],
    [['start', '--wiat'], "unknown option '--wiat'"],
    [['start', 'now'], 'too many arguments'],
    [['abort', '--then', 'explode'], 'Allowed choices are leave, restore'],
    [['report', '--run', '7'], 'not the id of a run'],
    [['report', '--run', '../../x'], 'not the id of a run'],
    [['rejects', '--run', 'x'], 'not the id of a run'],
    [['report', '--format', 'pdf'], 'Allowed choices are md, json, html'],
    [['start', '--input', '{'], 'not valid JSON'],
    [['start', '--input', '[]'], 'must be one JSON object'],
    [['start', '--input', '{"concurrency": 65}'], '"concurrency" must be a whole number from 1 to 64'],
    [['start', '--input', '@nowhere.json'], 'nowhere.json cannot be read (ENOENT)'],
    [['pause', '--reason', 'no '.repeat(67)], 'at most 200 characters'],
    [['runs'], 'IDENTITY_DB_URL is not set'],
  ])('%j', async (args, cause) => {
    const { code, stdout, stderr } = await run(args, {}, directory);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(cause);
    expect(stderr).toMatch(/^error: .* Next: .*\n$/);
  });

  test('without a command the help is shown', async () => {
    const { code, stderr } = await run([]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Usage: identity-migrate[\s\S]*error: no command was given\. Next: see --help\.\n$/);
  });

  test.each([
    [['start', '--input', '{"reason": "postgres://u:hunter2@h/d"}']],
    [['start', '--input', '@bad.json']],
    [['abort', '--then', 'mysql://u:hunter2@h/d']],
    [['pause', '--reason', 'password=hunter2']],
  ])('%j does not echo the secret', async (args) => {
    const { code, stderr } = await run(args, {}, directory);
    expect(code).toBe(2);
    expect(stderr).not.toContain('hunter2');
  });

  test('with --json the error is a document on stdout, too', async () => {
    const { code, stdout } = await run(['start', '--input', '{"x": 1}', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { type: 'InvalidInput', message: expect.stringContaining('"x"'), next: 'correct it and start again.' },
    });
  });
});

describe('a server that does not answer ends with 1 and one line', () => {
  // Concurrent: each waits for its connection's time to pass.
  test.concurrent.each([[['start', '--input', '@good.json']], [['watch']], [['pause']], [['resume']], [['abort', '--then', 'restore']]])(
    '%j',
    async (args) => {
      const { code, stderr } = await run(args, {}, directory);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: TemporalUnreachable: Temporal at 127\.0\.0\.1:1 does not answer\. Next: .*\n$/);
    },
  );

  test.each(['runs', 'report'])('%s', async (command) => {
    const { code, stderr } = await run([command], { IDENTITY_DB_URL: 'postgresql://app:hunter2@127.0.0.1:1/identity' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: TargetUnreachable: .*127\.0\.0\.1:1\/identity.* Next: .*\n$/);
    expect(stderr).not.toContain('hunter2');
  });
});

test('warnings of the environment go to the log on stderr', async () => {
  const { stderr } = await run(['runs'], {
    IDENTITY_DB_URL: 'postgresql://app:hunter2@127.0.0.1:1/identity',
    DATABASE_URL: 'postgresql://app:hunter2@127.0.0.1:2/other',
  });
  const [line] = stderr.split('\n');
  expect(JSON.parse(line ?? '')).toMatchObject({ level: 'warn', msg: expect.stringContaining('127.0.0.1:1/identity') });
  expect(stderr).not.toContain('hunter2');
});
