import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MysqlBinaries } from '../install/find-mysql.ts';
import { type Account, commandAs } from './account.ts';
import { ACCOUNTS_SQL } from './mysql-accounts.ts';

const run = promisify(execFile);

/** Initialises a data directory with the accounts and the database of mysql-accounts.ts in it. */
export async function initialiseMysql(binaries: MysqlBinaries, account: Account | null, directory: string): Promise<void> {
  mkdirSync(directory, { mode: 0o700 });
  const sqlFile = `${directory}.sql`;
  writeFileSync(sqlFile, ACCOUNTS_SQL, { mode: 0o600 });
  if (account !== null) for (const path of [directory, sqlFile]) chownSync(path, account.uid, account.gid);
  if (binaries.family === 'mariadb') await initialiseMariadb(binaries, account, directory);
  else await runServer(binaries, account, directory, ['--initialize-insecure']);
  // SHUTDOWN as the last statement of the start: the server makes the accounts and ends, and never listens without a password.
  writeFileSync(sqlFile, `${ACCOUNTS_SQL}SHUTDOWN;\n`);
  await runServer(binaries, account, directory, [`--init-file=${sqlFile}`, '--skip-networking', '--socket=mysqld.sock']);
  rmSync(sqlFile);
  // MySQL's server_uuid: every copy makes its own.
  rmSync(join(directory, 'auto.cnf'), { force: true });
}

async function initialiseMariadb(binaries: MysqlBinaries, account: Account | null, directory: string): Promise<void> {
  const { command, args, spawnOptions } = commandAs(account, 'TERM', binaries.installDb ?? '', [
    ...['--no-defaults', `--datadir=${directory}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
    ...STORAGE_OPTIONS.mariadb,
  ]);
  await run(command, [...args], { cwd: '/', ...spawnOptions });
}

async function runServer(binaries: MysqlBinaries, account: Account | null, directory: string, options: readonly string[]): Promise<void> {
  const { command, args, spawnOptions } = commandAs(account, 'TERM', binaries.server, [
    ...['--no-defaults', `--datadir=${directory}`, ...STORAGE_OPTIONS[binaries.family], ...options],
  ]);
  await run(command, [...args], { cwd: directory, ...spawnOptions });
}

/** Options that the data directory's files depend on: the same whenever it is used. A small redo log makes copies of it cheap. */
export const STORAGE_OPTIONS = {
  mariadb: ['--innodb-log-file-size=16M', '--loose-feedback=OFF'],
  mysql: ['--innodb-redo-log-capacity=32M', '--mysqlx=OFF'],
} as const;
