import { execFileSync } from 'node:child_process';
import { findProgram } from './find-program.ts';

export type MysqlFamily = 'mariadb' | 'mysql';

export interface MysqlBinaries {
  readonly family: MysqlFamily;
  /** As the server says it: `10.11.19-MariaDB`, `8.4.3`. */
  readonly version: string;
  readonly server: string;
  /** `mysql` or `mariadb`. */
  readonly client: string;
  /** `mariadb-install-db`, which only MariaDB needs. */
  readonly installDb: string | null;
}

/** The installed MariaDB, else the installed MySQL; null when the server, its client or MariaDB's install program is missing. */
export function findMysql(): MysqlBinaries | null {
  const server = findProgram('mariadbd', 'mysqld');
  const client = findProgram('mariadb', 'mysql');
  if (server === null || client === null) return null;
  const said = execFileSync(server, ['--no-defaults', '--version'], { encoding: 'utf8' });
  const family: MysqlFamily = said.includes('MariaDB') ? 'mariadb' : 'mysql';
  const version = /Ver (\S+)/.exec(said)?.[1] ?? 'unknown';
  const installDb = family === 'mariadb' ? findProgram('mariadb-install-db', 'mysql_install_db') : null;
  return family === 'mariadb' && installDb === null ? null : { family, version, server, client, installDb };
}
