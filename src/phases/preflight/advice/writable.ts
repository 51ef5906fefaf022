import type { Connection } from 'mysql2';
import type pg from 'pg';
import { queryMysql } from '../../../db/mysql/session.ts';
import { quoteIdentifier } from '../../../sql/quote.ts';
import { warning, type Finding } from '../finding.ts';

const CAUSE = "Our sessions are read-only by the server's word, but another that uses this account could change what is migrated.";

/** The source is only read: an account that could write it is more than is needed. */
export async function checkPostgresWriter(client: pg.ClientBase): Promise<Finding[]> {
  const { rows } = await client.query<{ me: string; database: string; writes: boolean }>(
    `SELECT current_user AS me, current_database() AS database, EXISTS (
       SELECT FROM pg_class WHERE relnamespace = to_regnamespace('common_oltp') AND relkind IN ('r', 'p')
          AND has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS writes`,
  );
  const { me, database, writes } = rows[0]!;
  if (!writes) return [];
  const grants = [
    "CREATE ROLE reader LOGIN PASSWORD '…';",
    `GRANT CONNECT ON DATABASE ${quoteIdentifier(database)} TO reader;`,
    'GRANT USAGE ON SCHEMA common_oltp TO reader;',
    'GRANT SELECT ON ALL TABLES IN SCHEMA common_oltp TO reader;',
    'GRANT SELECT ON ALL SEQUENCES IN SCHEMA common_oltp TO reader;',
  ];
  return [warning(`User ${me} may write the source common_oltp.`, CAUSE, `use an account that may only read: ${grants.join(' ')}`)];
}

/** Privileges of the account itself; those that a role would give it are not looked at. */
export async function checkMysqlWriter(connection: Connection): Promise<Finding[]> {
  const [found] = await queryMysql<{ me: string; db: string; n: number }>(
    connection,
    `SELECT CURRENT_USER() AS me, DATABASE() AS db, (
       SELECT COUNT(*) FROM (
         SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES
         UNION ALL SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES WHERE DATABASE() LIKE TABLE_SCHEMA
         UNION ALL SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE()
       ) given WHERE PRIVILEGE_TYPE IN ('INSERT', 'UPDATE', 'DELETE', 'DROP', 'ALTER', 'CREATE')
         AND GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')) AS n`,
  );
  const { me, db, n } = found!;
  if (Number(n) === 0) return [];
  const grants = `CREATE USER 'reader'@'%' IDENTIFIED BY '…'; GRANT SELECT ON ${quoteIdentifier(db, 'mysql')}.* TO 'reader'@'%';`;
  return [warning(`User ${me} may write the source authorization_db.`, CAUSE, `use an account that may only read: ${grants}`)];
}
