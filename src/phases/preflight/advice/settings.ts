import type { Connection } from 'mysql2';
import type pg from 'pg';
import { queryMysql } from '../../../db/mysql/session.ts';
import { note, warning, type Finding } from '../finding.ts';

const CARRIED = 'Text is carried by its characters, and times without a zone are read as UTC, whatever these say.';

/** What a PostgreSQL database says of text and time. */
export async function tellPostgresSettings(client: pg.ClientBase, where: string): Promise<Finding[]> {
  const { rows } = await client.query<{ version: string; encoding: string; collate: string; ctype: string; zone: string }>(
    `SELECT current_setting('server_version') AS version, pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype,
            (SELECT reset_val FROM pg_settings WHERE name = 'TimeZone') AS zone
       FROM pg_database WHERE datname = current_database()`,
  );
  const { version, encoding, collate, ctype, zone } = rows[0]!;
  const told = note(
    `The ${where} is PostgreSQL ${version}: encoding ${encoding}, collation ${collate}, character type ${ctype}, time zone ${zone}.`,
    CARRIED,
  );
  if (encoding !== 'SQL_ASCII') return [told];
  const unchecked = warning(
    `The ${where} does not check its text (SQL_ASCII).`,
    'Bytes that are no UTF-8 become U+FFFD, or reject their row in a key or credential; every text is looked at, which is slow.',
    'look at the rows that are predicted as undecodable.',
  );
  return [told, unchecked];
}

/** What a MySQL or MariaDB server says of text and time; and each character set that the database's columns have. */
export async function tellMysqlSettings(connection: Connection, where: string): Promise<Finding[]> {
  const variables = await queryMysql<{ Variable_name: string; Value: string }>(
    connection,
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'character_set_server', 'sql_mode', 'time_zone', 'system_time_zone')`,
  );
  const value = (name: string) => variables.find(({ Variable_name: found }) => found === name)?.Value ?? '';
  const [database] = await queryMysql<{ own: string }>(connection, 'SELECT @@character_set_database AS own');
  const sets = await queryMysql<{ own: string; n: number }>(
    connection,
    `SELECT CHARACTER_SET_NAME AS own, COUNT(*) AS n FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND CHARACTER_SET_NAME IS NOT NULL GROUP BY CHARACTER_SET_NAME ORDER BY 1`,
  );
  const zone = value('time_zone') === 'SYSTEM' ? `SYSTEM (${value('system_time_zone')})` : value('time_zone');
  const columns = sets.map(({ own, n }) => `${own} in ${n} columns`).join(', ');
  const what = [
    `The ${where} is ${value('version')}: character set ${database!.own} (server ${value('character_set_server')}; ${columns})`,
    `sql_mode '${value('sql_mode')}'`,
    `time zone ${zone}`,
  ].join(', ');
  return [note(`${what}.`, CARRIED)];
}
