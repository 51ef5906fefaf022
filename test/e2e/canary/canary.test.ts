import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { PROJECT_DIRECTORY } from '../../../src/local/local-directory.ts';
import { freePort } from '../../../src/local/servers/free-port.ts';
import { as, MIGRATOR } from '../least-privilege.ts';
import { Stage, type Ended } from '../stage.ts';
import { CANARY, CODE, isFound, KEY, leaks, LONG_KEY, PASSWORD, SENTINEL, type Place } from './canaries.ts';
import { finder } from './forms.ts';
import { historiesOf } from './histories.ts';
import { pagesOf } from './pages.ts';
import { failCast, plantCanaries } from './sources.ts';
import { moveTraps, removeTraps, setTraps, TRAPPED } from './traps.ts';
import { watchProcesses, watchRun } from './watching.ts';

const WORKFLOW = `migrate-${SENTINEL}`;
const CRASHING = 'test/e2e/canary/crashing-worker.ts';
/** Commands of which each shows something of what was moved. */
const COMMANDS = [
  ['status', '--json'],
  ['list', '--json'],
  ['runs', '--json'],
  ['report', '--format', 'md'],
  ['report', '--format', 'html'],
  ['report', '--format', 'json'],
  ['verify', '--json'],
  ['verify'],
  ['rejects', '--json'],
  ['rejects'],
  ['preflight', '--json'],
  ['doctor', '--json'],
  ['replay', '--json'],
];

describe('what leaves the worker, when every value is a canary', () => {
  let stage: Stage;
  let metrics = '';
  const places = new Map<string, Place>();
  const add = (name: string, text: string, sentinel = SENTINEL) =>
    void places.set(name, { name, text: `${places.get(name)?.text ?? ''}\n${text}`, sentinel });

  beforeAll(async () => {
    const metricsAddress = `127.0.0.1:${await freePort()}`;
    stage = await Stage.open({
      name: 'canary',
      users: 250,
      ui: true,
      password: PASSWORD,
      environment: { CHUNK_ROWS: '200', HEARTBEAT_TIMEOUT: '5s', LOG_LEVEL: 'trace', METRICS_ADDRESS: metricsAddress },
    });
    metrics = `http://${metricsAddress}/metrics`;
    await plantCanaries(stage);
    await setTraps(stage);
  });
  afterAll(() => stage.close());

  /** A run that is watched from its start to its end. */
  const run = async (input: object): Promise<Ended> => {
    const { client, close } = await stage.client();
    const watching = watchRun(client, WORKFLOW);
    const text = JSON.stringify({ reason: SENTINEL, ...input });
    const ended = await stage.cli(['start', '--wait', '--workflow-id', WORKFLOW, '--input', text]);
    add('runs in flight', await watching.stop());
    add('output of start --wait', `${ended.stdout}\n${ended.stderr}`, 'user_preferences');
    add('metrics', await (await fetch(metrics)).text(), 'identity-migration');
    await close();
    return ended;
  };
  const rejectAll = { maxRejected: Object.fromEntries([...TRAPPED, 'users', 'clients'].map((table) => [table, '100%'])) };

  it('a decoder that crashes, a cast that fails in mid-read, refusals that quote rows: the tables fail, each with its cause', async () => {
    const worker = await stage.startWorker({}, CRASHING);
    const mendCast = await failCast(stage);
    const { code, stderr } = await run({});
    await stage.end(worker, 'SIGTERM');
    await mendCast();
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: TableFailed: /);
    expect(stderr).toMatch(/clients: .*TypeError.*crashing-worker\.ts:\d+/);
    expect(stderr).toMatch(/emails: .*in PL\/pgSQL function .*refuse_emails\(\).*P0001/);
    expect(stderr).toMatch(/email_verifications: .*ZZ123/);
    expect(stderr).toMatch(/user_sso_logins: .*23505/);
    expect(stderr).toMatch(/user_social_logins: .*22P02/);
    expect(stderr).toMatch(
      /user_preferences: The source common_oltp at \S+ answered: [^|]*\[22P02\]\..*Next: mend the cause and start again/,
    );
    add('pages of the Web UI', await pagesOf(stage.temporal.uiUrl!, WORKFLOW));
  });

  it('a unique violation while the indexes are built: the run fails with it', async () => {
    await moveTraps(stage);
    await stage.startWorker();
    const { code, stderr } = await run(rejectAll);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: ConstraintFailed: .*23505/);
  });

  it('and goes to its end', async () => {
    await removeTraps(stage);
    const { code, stderr } = await run({});
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
    const [rejected] = await stage.query<{ reasons: string[] }>(
      'SELECT array_agg(DISTINCT reason ORDER BY reason) AS reasons FROM identity_migration.rejects',
    );
    expect(rejected!.reasons).toEqual(expect.arrayContaining(['duplicate_key', 'nul_character', 'orphan', 'too_long']));
    expect(await stage.query('SELECT FROM identity.users WHERE handle LIKE $1 LIMIT 1', [`${CANARY}%`])).toHaveLength(1);
    expect(await stage.query('SELECT FROM identity.clients WHERE secret LIKE $1 LIMIT 1', [`${CANARY}%`])).toHaveLength(1);
  });

  it('every command that shows something; backup and restore, while all processes are listed', async () => {
    for (const command of COMMANDS) add('output of commands', said(await here(stage, command)));
    const watching = watchProcesses();
    const backup = await here(stage, ['backup', '--json']);
    expect(backup.code).toBe(0);
    const { path } = JSON.parse(backup.stdout) as { path: string };
    const restore = await here(stage, ['restore', path, '--yes', '--json']);
    expect(restore.stderr).not.toContain('error:');
    const processes = await watching.stop();
    expect(processes).toMatch(/pg_dump/);
    expect(processes).toMatch(/psql/);
    add('list of processes', processes, '--snapshot=');
    add('output of commands', [backup, restore].map(said).join('\n'));
  });

  it('errors of the command line, and secrets that were typed into it', async () => {
    const url = `postgresql://u:${CANARY}@127.0.0.1:1/${SENTINEL}`;
    const input = (text: string) => ['start', '--input', JSON.stringify({ reason: text })];
    const wrong = as(stage.target.url('identity'), MIGRATOR, `${CANARY}-wrong`);
    const typed: [string[], Record<string, string>?][] = [
      [['status', '--json'], { IDENTITY_DB_URL: wrong }],
      [['status'], { IDENTITY_DB_URL: url }],
      [['status'], { IDENTITY_DB_URL: `${CANARY}://${CANARY}` }],
      [['backup'], { IDENTITY_DB_URL: wrong }],
      [['pause', '--workflow-id', `no-${SENTINEL}`]],
      [['pause', '--workflow-id', url]],
      [['pause', '--reason', url]],
      [['abort', '--reason', `password=${CANARY}`]],
      [['watch', url]],
      [[url]],
      [['report', '--run', url]],
      [['report', '--format', url]],
      [['start', '--input', `@${url}`]],
      [['start', '--input', `{"reason": "${url}`]],
      [['restore', url]],
      [['generate-sql', '--from', url]],
      [['migrate-to', url]],
      [['status', `--${url}`]],
      [input(url)],
      [input(`host=db password=${CANARY}`)],
    ];
    for (const [command, environment] of typed) {
      const ended = await here(stage, command, environment);
      expect([command, ended.code]).not.toEqual([command, 0]);
      add('errors of commands', said(ended));
    }
  });

  it('no canary is anywhere, and what may be seen is found in each place', async () => {
    const { client, close } = await stage.client();
    add('histories', await historiesOf(client));
    await close();
    add('pages of the Web UI', await pagesOf(stage.temporal.uiUrl!, WORKFLOW));
    add("Temporal's database", stage.temporalFiles());
    const files = (directory: string) => readdirSync(join(stage.servers.directory, directory));
    add('names of backups', files('backups').join('\n'), '.dump');
    add(
      'reports',
      files('reports')
        .map((name) => `${name}\n${readFileSync(join(stage.servers.directory, 'reports', name), 'utf8')}`)
        .join('\n'),
    );
    for (const log of readdirSync(stage.servers.directory).filter((name) => /^worker-.*\.log$/.test(name))) {
      add('logs of workers at trace', readFileSync(join(stage.servers.directory, log), 'utf8'));
    }
    expect([...places.values()].flatMap(leaks)).toEqual([]);
    expect([...places.values()].filter((place) => !isFound(place)).map(({ name }) => name)).toEqual([]);
    expect([...places.keys()].toSorted()).toEqual([
      "Temporal's database",
      'errors of commands',
      'histories',
      'list of processes',
      'logs of workers at trace',
      'metrics',
      'names of backups',
      'output of commands',
      'output of start --wait',
      'pages of the Web UI',
      'reports',
      'runs in flight',
    ]);
  });
});

/** Runs a command in this process: as the program does, and quicker. */
async function here(stage: Stage, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const ended = { stdout: '', stderr: '' };
  const code = await runCli(args, {
    variables: { ...stage.environment, ...environment },
    directory: PROJECT_DIRECTORY,
    stdout: { write: (text) => void (ended.stdout += text) },
    stderr: { write: (text) => void (ended.stderr += text) },
    signal: AbortSignal.timeout(120_000),
  });
  return { code, ...ended };
}

const said = ({ stdout, stderr }: Ended) => `${stdout}\n${stderr}`;

describe('the search', () => {
  const wrap = (text: string) => `before ${text} after`;
  const encodings: readonly [string, (text: string) => string][] = [
    ['plain', (text) => text],
    ['in other letters', (text) => text.toUpperCase()],
    ['hex', (text) => Buffer.from(wrap(text)).toString('hex')],
    ['base64', (text) => Buffer.from(wrap(text)).toString('base64')],
    ['base64, one byte on', (text) => Buffer.from(`.${wrap(text)}`).toString('base64')],
    ['base64url, two bytes on', (text) => Buffer.from(`..${wrap(text)}`).toString('base64url')],
    ['JSON', (text) => JSON.stringify({ text: wrap(text) })],
    [
      'escaped JSON',
      (text) =>
        Array.from(text)
          .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join(''),
    ],
    ['URL', (text) => encodeURIComponent(wrap(text))],
    ['URL, every byte', (text) => wrap([...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase()}`).join(''))],
    ['a Buffer as JSON', (text) => JSON.stringify(Buffer.from(wrap(text)))],
  ];
  it.each(encodings)('finds a canary that is %s', (_name, encode) => {
    for (const text of [CANARY, CODE, String(KEY), LONG_KEY, SENTINEL]) expect([text, finder(text)(encode(text))]).toEqual([text, true]);
    expect(finder(CANARY)(encode('a text of no interest, long enough to hold anything'))).toBe(false);
  });
});
