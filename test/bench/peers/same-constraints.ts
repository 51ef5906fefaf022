import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../servers/ask.ts';
import type { LegacyServers } from '../servers/legacy-servers.ts';
import { runProgram } from './run-program.ts';

const BARE = 'bare';
const CONSTRAINED = 'constrained';

/**
 * The constraints that a run ends with, on the rows that it ends with, put back by `pg_restore --jobs=2`: what is left to do for somebody
 * whose rows are in the target's tables already.
 */
export class SameConstraints {
  readonly #servers: LegacyServers;
  readonly #finish: () => Promise<unknown>;

  /** `finish`: fills schema identity, where no run of this process has. */
  constructor(servers: LegacyServers, finish: () => Promise<unknown>) {
    this.#servers = servers;
    this.#finish = finish;
  }

  /** A database with the finished rows and no constraint. */
  async prepare(): Promise<void> {
    const { target } = this.#servers;
    if (!existsSync(this.#archive)) await this.#dumpFinished();
    await this.forget();
    await ask(target.url(), `CREATE DATABASE ${CONSTRAINED} TEMPLATE ${BARE} STRATEGY file_copy`);
  }

  async build(): Promise<void> {
    await this.#restore(['--jobs=2', '--section=post-data'], CONSTRAINED);
  }

  async forget(): Promise<void> {
    await ask(this.#servers.target.url(), `DROP DATABASE IF EXISTS ${CONSTRAINED}`);
  }

  get #archive(): string {
    return join(this.#servers.servers.directory, 'identity.dump');
  }

  async #dumpFinished(): Promise<void> {
    const { target } = this.#servers;
    const [found] = await ask<{ done: boolean }>(target.url('identity'), `SELECT to_regclass('identity.users') IS NOT NULL AS done`);
    if (!found!.done) await this.#finish();
    const dump = ['--format=custom', '--compress=0', '--schema=identity', `--file=${this.#archive}`];
    await runProgram(join(target.binDirectory, 'pg_dump'), [...dump, `--dbname=${target.url('identity')}`]);
    await ask(target.url(), `DROP DATABASE IF EXISTS ${BARE}`);
    await ask(target.url(), `CREATE DATABASE ${BARE}`);
    await this.#restore(['--section=pre-data', '--section=data'], BARE);
    await ask(target.url(BARE), 'VACUUM ANALYZE');
  }

  async #restore(options: readonly string[], database: string): Promise<void> {
    const { target } = this.#servers;
    await runProgram(join(target.binDirectory, 'pg_restore'), [...options, `--dbname=${target.url(database)}`, this.#archive]);
  }
}
