import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';
import { freePort } from '../../src/local/servers/free-port.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import { wantsAllTests } from '../../src/local/test-extent.ts';
import { Stage } from './stage.ts';

/** Installing takes the production dependencies from the registry: it is part of `npm run test:all`. */
describe.runIf(wantsAllTests())('the built package, installed in a clean directory without development packages', () => {
  let stage: Stage;
  let directory: string;
  let metrics: string;
  let endWorker = async () => {};

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'installed-'));
    const npm = (args: readonly string[], cwd: string) =>
      execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    npm(['run', 'build'], PROJECT_DIRECTORY);
    const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', directory], PROJECT_DIRECTORY)) as { filename: string }[];
    const clean = join(directory, 'with blanks');
    mkdirSync(clean);
    writeFileSync(join(clean, 'package.json'), '{"private": true}');
    npm(['install', '--omit=dev', '--no-audit', '--no-fund', join(directory, packed!.filename)], clean);
    directory = clean;
    stage = await Stage.open({ name: 'package', users: 300 });
    metrics = `127.0.0.1:${await freePort()}`;
  });
  afterAll(async () => {
    await endWorker();
    await stage?.close();
    rmSync(join(directory, '..'), { recursive: true, force: true });
  });

  const installed = (...path: string[]) => join(directory, 'node_modules', 'identity-migration', ...path);
  const command = (...args: string[]) => stage.run([installed('bin', 'identity-migrate.js'), ...args]);

  it('has what was built, and neither sources nor development packages', () => {
    expect(existsSync(installed('dist', 'workflow-bundle.js'))).toBe(true);
    expect(existsSync(installed('src'))).toBe(false);
    for (const name of ['tsx', 'typescript', 'vitest']) expect(existsSync(join(directory, 'node_modules', name))).toBe(false);
  });

  it('runs the commands', async () => {
    expect(await command('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('doctor') as string });
    expect((await command('doctor')).stdout).toMatch(/NOT {2}worker: none polls/);
    const sql = await command('generate-sql');
    expect(sql).toMatchObject({ code: 0, stdout: expect.stringContaining('CREATE TABLE') as string });
  });

  it('runs a worker, whose health the container asks for, and a whole migration', async () => {
    const environment = { METRICS_ADDRESS: metrics };
    const health = () => stage.run([installed('bin', 'worker-health.js')], environment);
    expect((await health()).code).toBe(1);
    const worker = spawn(process.execPath, [installed('dist', 'src', 'worker.js')], {
      cwd: directory,
      env: { ...stage.environment, ...environment },
      stdio: 'ignore',
    });
    endWorker = () => stage.end(worker, 'SIGTERM');
    await waitUntil(async () => expect(await health()).toMatchObject({ code: 0, stderr: '' }), { forMs: 120_000, everyMs: 500 });
    const ran = await command('start', '--wait', '--json');
    expect(ran.code, ran.stderr).toBe(0);
    const { status, tables } = JSON.parse(ran.stdout) as { status: string; tables: { table: string; loaded: number }[] };
    expect(status).toBe('done');
    expect(tables.find(({ table }) => table === 'users')!.loaded).toBe(300);
  });
});
