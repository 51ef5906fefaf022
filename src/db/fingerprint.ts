import { createHash } from 'node:crypto';
import type { Connection } from 'mysql2';
import type pg from 'pg';
import { queryMysql } from './mysql/session.ts';

/** What tells this database from every other, as 16 hex digits: the cluster's system identifier and the database's name and oid. */
export async function fingerprintPostgres(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || oid || '/' || datname AS id
       FROM pg_database WHERE datname = current_database()`,
  );
  return digest(rows[0]!.id);
}

/**
 * MySQL: `server_uuid`. MariaDB has none: server id and host name stand in. Ports and versions are left out, as a restart may change them.
 */
export async function fingerprintMysql(connection: Connection): Promise<string> {
  const variables = await queryMysql<{ Variable_name: string; Value: string }>(
    connection,
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid', 'server_id', 'hostname', 'datadir')",
  );
  const value = (name: string) => variables.find((variable) => variable.Variable_name === name)?.Value ?? '';
  const database = (await queryMysql<{ name: string }>(connection, 'SELECT DATABASE() AS name'))[0]!.name;
  const server = value('server_uuid') || `${value('server_id')}/${value('hostname')}/${value('datadir')}`;
  return digest(`${server}/${database}`);
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
