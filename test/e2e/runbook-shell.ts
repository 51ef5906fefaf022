import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findTemporal } from '../../src/local/install/find-temporal.ts';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import type { Ended, Stage } from './stage.ts';

export interface Background {
  readonly said: () => string;
  /** Ctrl-C. */
  readonly interrupt: () => void;
  readonly code: Promise<number | null>;
}

/** An operator's terminal: a directory with temporal.yaml, `npx` and `npm` as the project's own, and the settings of the page. */
export class RunbookShell {
  readonly directory: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];

  constructor(stage: Stage, settings: Readonly<Record<string, string>>) {
    this.directory = join(stage.servers.directory, 'operator');
    const bin = join(this.directory, 'bin');
    mkdirSync(bin, { recursive: true });
    const node = `exec "${process.execPath}"`;
    const shim = (name: string, text: string) => writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    shim('npx', `shift\n${node} "${join(PROJECT_DIRECTORY, 'bin', 'identity-migrate.js')}" "$@"`);
    shim('npm', `${node} --import "${import.meta.resolve('tsx')}" "${join(PROJECT_DIRECTORY, 'src', 'worker.ts')}"`);
    const yaml = readFileSync(join(PROJECT_DIRECTORY, 'temporal.yaml'), 'utf8');
    writeFileSync(join(this.directory, 'temporal.yaml'), yaml.replaceAll('127.0.0.1:7233', stage.temporal.address));
    this.#environment = {
      HOME: process.env['HOME'],
      PATH: [bin, dirname(findTemporal()!), stage.target.binDirectory, process.env['PATH']].join(':'),
      TEMPORAL_CLI_ADDRESS: stage.temporal.address,
      ...settings,
    };
  }

  /** Runs commands to their end; stops at the first that fails. */
  run(commands: string): Promise<Ended> {
    return new Promise((resolve) => {
      const child = execFile('bash', ['--norc', '-euo', 'pipefail', '-c', commands], this.#options(), (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
  }

  /** Starts one command and waits until it has said something that matches. */
  async start(command: string, until: RegExp): Promise<Background> {
    const child = spawn('bash', ['--norc', '-c', `exec ${command}`], { ...this.#options(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await waitUntil(
      async () => {
        if (!until.test(said)) throw new Error(`${command} has not said ${String(until)} yet: ${said.slice(-500)}`);
      },
      { forMs: 240_000, everyMs: 50 },
    );
    return { said: () => said, interrupt: () => void child.kill('SIGINT'), code };
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  #options() {
    return { cwd: this.directory, env: this.#environment, maxBuffer: 64 << 20 };
  }
}
