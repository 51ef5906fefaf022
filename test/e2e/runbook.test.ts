import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PHASES } from '../../src/contract.ts';
import { findProgram } from '../../src/local/install/find-program.ts';
import { freePort } from '../../src/local/servers/free-port.ts';
import { readRunbook } from './runbook-page.ts';
import { RunbookShell, type Background } from './runbook-shell.ts';
import { Stage } from './stage.ts';
import { SteeredRun } from './steered-run.ts';
import { exposedBy, missingIn, promtoolOnRules, watchedExpressions } from './watched-metrics.ts';

const PAGE = readRunbook();
const TEMPORAL = 'temporal --env-file temporal.yaml --env local workflow';

/** Commands of the page, what they must print (either stream), their exit code, and what must be so before and after them. */
interface Step {
  readonly does: string;
  readonly prints?: RegExp;
  /** 0 unless given. */
  readonly code?: number;
  readonly before?: () => Promise<unknown>;
  readonly after?: () => Promise<unknown>;
  /** Goes on beside the next steps once it has printed that. */
  readonly stays?: true;
}

describe('docs/runbook.md', () => {
  let stage: Stage;
  let run: SteeredRun;
  let shell: RunbookShell;
  let worker: Background;
  let watching: Background;
  let metricsAddress: string;
  let beforeTheLastRun = 0;

  const copying = (what: string) => run.until(what, (seen) => seen.phase === 'copy' && seen.state === 'running' && seen.step.done > 3);
  const paused = () => run.until('paused', (seen) => seen.state === 'paused', 60_000);
  const ended = (type: string) => async () => expect(await run.failure()).toMatchObject({ type });

  const WALK: readonly Step[] = [
    {
      does: 'npx identity-migrate doctor',
      code: 3,
      prints: /NOT {2}worker: none polls task queue identity-migration.*Next: npm run worker/,
    },
    { does: 'npm run worker', stays: true, prints: /worker is ready/ },
    {
      does: 'npx identity-migrate doctor',
      prints: /^ok {3}target .*answers migrator: PostgreSQL[\s\S]*worker: 1 polls[\s\S]*ok {3}REPORT_DIR/,
    },
    { does: 'npx identity-migrate preflight', prints: /users +~?300 / },
    { does: 'psql "$TEMP_COMMON_OLTP_DB_URL" -c', prints: /\d+ (kB|MB)[\s\S]*\d+ (kB|MB)/ },
    { does: `${TEMPORAL} start --type migrateIdentity -w migrate-identity`, prints: /migrate-identity/ },
    {
      does: 'npx identity-migrate watch',
      stays: true,
      prints: /copy \d+\/\d+ · running/,
      after: async () => {
        watching.interrupt();
        expect(await watching.code).toBe(130);
      },
    },
    { does: `${TEMPORAL} query --type progress`, prints: /phase[\s\S]*"?copy/ },
    { does: `${TEMPORAL} signal -w migrate-identity --name pause`, after: paused },
    { does: 'npx identity-migrate runs', prints: /paused +copy/ },
    {
      does: `${TEMPORAL} update execute`,
      after: async () => expect(await run.progress()).toMatchObject({ state: 'paused', concurrency: 8 }),
    },
    { does: `${TEMPORAL} signal -w migrate-identity --name resume`, after: () => copying('going on') },
    { does: 'npx identity-migrate pause --reason "the target is slow"', after: paused },
    { does: 'npx identity-migrate resume', after: () => copying('going on again') },
    { does: 'npx identity-migrate abort --reason "morning comes first"', after: ended('Aborted') },
    {
      does: `npx identity-migrate start --input '{"concurrency": 4}'`,
      after: async () => {
        await copying('resumed');
        expect((await run.progress()).notices.join()).toContain('resuming run');
      },
    },
    { does: `${TEMPORAL} terminate -w migrate-identity` },
    { does: 'npx identity-migrate start', after: () => copying('resumed after a terminate') },
    { does: 'npx identity-migrate abort --reason "we go back" --then restore' },
    { does: 'npx identity-migrate watch', code: 1, prints: /error: Aborted: .*we go back/ },
    { does: 'npx identity-migrate status', prints: /current +none[\s\S]*last run +[-0-9a-f]+ closed/ },
    {
      does: `npx identity-migrate start --input '{"fresh": true}' --wait`,
      before: async () => void (beforeTheLastRun = worker.said().length),
      prints: /users +300 +300 [\s\S]*Run [-0-9a-f]+ is done/,
    },
    { does: 'npx identity-migrate verify', prints: /^ok [\s\S]*users: agrees/m },
    { does: 'psql "$IDENTITY_DB_URL" -c', prints: /orphan +\| +\d+[\s\S]*source_key/ },
    { does: 'npx identity-migrate replay' },
  ];

  /** Where tctl is at hand. It reads its address from TEMPORAL_CLI_ADDRESS. */
  const TCTL: readonly Step[] = [
    { does: 'tctl workflow start', prints: /Started Workflow Id: migrate-identity/, after: () => copying('started by tctl') },
    { does: 'tctl workflow signal -w migrate-identity -n pause', prints: /"?phase"?/, after: () => copying('going on after tctl') },
    { does: 'tctl workflow signal -w migrate-identity -n abort', prints: /seen enough/, after: ended('Aborted') },
  ];

  beforeAll(async () => {
    stage = await Stage.open({ name: 'runbook', users: 300 });
    run = await SteeredRun.on(stage);
  });
  afterAll(async () => {
    shell?.close();
    await run?.close();
    await stage?.close();
  });

  it('makes the accounts that the rest of the page runs with', async () => {
    for (const { text } of PAGE.blocks.filter(({ language }) => language === 'sql')) {
      if (text.startsWith('-- target')) await stage.query(text);
      else if (text.startsWith('-- common_oltp')) await stage.query(text, [], stage.sourceUrl);
      else await stage.mysql.client({ sql: text });
    }
    const settings = PAGE.blocks
      .find(({ language }) => language === 'ini')!
      .text.split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2));
    const given = Object.fromEntries(settings) as Record<string, string>;
    const server = (url: string, ours: string) => Object.assign(new URL(url), { host: new URL(ours).host }).href;
    metricsAddress = `127.0.0.1:${await freePort()}`;
    shell = new RunbookShell(stage, {
      IDENTITY_DB_URL: server(given['IDENTITY_DB_URL']!, stage.target.url('identity')),
      TEMP_COMMON_OLTP_DB_URL: server(given['TEMP_COMMON_OLTP_DB_URL']!, stage.sourceUrl),
      LEGACY_AUTH_DB_URL: server(given['LEGACY_AUTH_DB_URL']!, stage.mysql.url()),
      METRICS_ADDRESS: metricsAddress,
      // The sample is small: without this, copy would be over before anyone could pause it.
      CHUNK_ROWS: '8',
      HEARTBEAT_TIMEOUT: '10s',
    });
    expect(Object.keys(given)).toContain('METRICS_ADDRESS');
  });

  it('is done as it is written, through pause, abort, terminate and restore to the end', { timeout: 1_500_000 }, async () => {
    expect(await walk(WALK)).toBe(WALK.length);
  });

  it('is done with tctl as well, where it is on the PATH', async () => {
    const steps = findProgram('tctl') === null ? [] : TCTL;
    if (steps.length === 0) process.stderr.write('tctl is not on the PATH: its commands of docs/runbook.md were not run.\n');
    expect(await walk(steps)).toBe(steps.length);
  });

  it('leaves a log of the whole run that fits one screen at info, in JSON, with the ids', () => {
    const lines = worker.said().slice(beforeTheLastRun).trim().split('\n');
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged.filter(({ level }) => level === 'debug' || level === 'trace')).toEqual([]);
    expect(logged.length).toBeLessThan(40);
    const begun = logged.filter(({ msg }) => / begins$/.test(String(msg)));
    // A run that continues in a fresh history enters its phase again.
    expect([...new Set(begun.map(({ phase }) => phase))]).toEqual(PHASES.slice(PHASES.indexOf('backup'), PHASES.indexOf('unlock')));
    for (const line of begun) expect(line).toMatchObject({ run: expect.any(String) as string, workflowId: 'migrate-identity' });
  });

  it('is watched by alert rules and a dashboard that ask for what the worker exposes', async () => {
    const { names, text } = await exposedBy(metricsAddress);
    expect(watchedExpressions().flatMap((expression) => missingIn(names, expression))).toEqual([]);
    expect(missingIn(names, 'identity_migration_no_such_thing > 0 or identity_migration_phase{faze="copy"}')).toHaveLength(2);
    // What the ledger has of all runs of this worker.
    for (const table of ['rejects', 'adjustments']) {
      const [ledger] = await stage.query<{ reasons: string[] }>(
        `SELECT array_agg(DISTINCT reason) AS reasons FROM identity_migration.${table}`,
      );
      for (const reason of ledger!.reasons.filter((one) => one !== 'source_missing')) expect(text).toContain(`reason="${reason}"`);
    }
    if (promtoolOnRules() === null) process.stderr.write('promtool is not on the PATH: ops/alerts.yml was not checked by it.\n');
    expect(promtoolOnRules() ?? 'SUCCESS').toContain('SUCCESS');
  });

  it('has no command that was not run above', () => {
    const ran = [...WALK, ...TCTL].map(({ does }) => commandsOf(does)).join('\n');
    const blocks = PAGE.blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
    expect(blocks.filter((block) => ![...WALK, ...TCTL].some(({ does }) => commandsOf(does) === block))).toEqual([]);
    expect(PAGE.inline.filter((command) => !ran.includes(command) && !command.startsWith('npx identity-migrate start --'))).toEqual([]);
    expect(new Set(PAGE.blocks.map(({ language }) => language))).toEqual(new Set(['sql', 'ini', 'sh', '']));
  });

  /** Does the steps, and returns how many it has done. */
  async function walk(steps: readonly Step[]): Promise<number> {
    let done = 0;
    for (const { does, prints, code = 0, before, after, stays } of steps) {
      const commands = commandsOf(does);
      await before?.();
      if (stays === true) {
        const begun = await shell.start(commands, prints!);
        if (does === 'npm run worker') worker = begun;
        else watching = begun;
      } else {
        const ended = await shell.run(commands);
        const said = ended.stdout + ended.stderr;
        expect([commands, ended.code, ended.code === code ? '' : said]).toEqual([commands, code, '']);
        if (prints !== undefined) expect(said, commands).toMatch(prints);
      }
      await after?.();
      done += 1;
    }
    return done;
  }
});

/** What the page has where it begins so: a block, or a command in its text; the one that is just so first. */
function commandsOf(begin: string): string {
  const all = [...PAGE.blocks.filter(({ language }) => language === 'sh').map(({ text }) => text), ...PAGE.inline];
  const found = all.find((text) => text === begin) ?? all.find((text) => text.startsWith(begin));
  if (found === undefined) throw new Error(`The page has no command that begins with: ${begin}`);
  return found;
}
