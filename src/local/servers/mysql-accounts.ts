export const MYSQL_ROOT_PASSWORD = 'mysql-user-root-password';
export const MYSQL_USER = 'mysql-user';
export const MYSQL_PASSWORD = 'mysql-password';
export const MYSQL_DATABASE = 'authorization_db';

/** Accounts and database of a local server, as the compose file has them; run by the server itself before it takes connections. */
export const ACCOUNTS_SQL = [
  `CREATE DATABASE IF NOT EXISTS ${MYSQL_DATABASE} CHARACTER SET utf8mb4;`,
  `CREATE USER IF NOT EXISTS '${MYSQL_USER}'@'%' IDENTIFIED BY '${MYSQL_PASSWORD}';`,
  `GRANT ALL ON ${MYSQL_DATABASE}.* TO '${MYSQL_USER}'@'%';`,
  `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '${MYSQL_ROOT_PASSWORD}';`,
  "GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;",
  `ALTER USER 'root'@'localhost' IDENTIFIED BY '${MYSQL_ROOT_PASSWORD}';`,
  '',
].join('\n');

export type MysqlAccount = 'mysql-user' | 'root';

export function mysqlUrl(port: number, account: MysqlAccount, database: string): string {
  const password = account === 'root' ? MYSQL_ROOT_PASSWORD : MYSQL_PASSWORD;
  return `mysql://${account}:${password}@127.0.0.1:${port}/${database}`;
}
