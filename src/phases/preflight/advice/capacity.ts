import type { Connection } from 'mysql2';
import type pg from 'pg';
import { queryMysql } from '../../../db/mysql/session.ts';
import { warning, type Finding } from '../finding.ts';

/** Beside one session for each chunk in flight: lock, plan, steps, and the looks whether sessions are still there. */
const BESIDE = 6;

/** What a server has left for one more account's sessions. */
interface Room {
  readonly where: string;
  readonly free: number;
}

export async function checkPostgresRoom(client: pg.ClientBase, where: string, concurrency: number): Promise<Finding[]> {
  const { rows } = await client.query<{ free: number }>(
    `SELECT least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()),
        (SELECT CASE WHEN rolconnlimit < 0 THEN 1000000 ELSE rolconnlimit END FROM pg_roles WHERE rolname = current_user),
        (SELECT CASE WHEN datconnlimit < 0 THEN 1000000 ELSE datconnlimit END FROM pg_database WHERE datname = current_database())) AS free`,
  );
  return judge({ where, free: Number(rows[0]!.free) }, concurrency);
}

export async function checkMysqlRoom(connection: Connection, where: string, concurrency: number): Promise<Finding[]> {
  const [limits] = await queryMysql<{ most: number; mine: number }>(
    connection,
    'SELECT @@GLOBAL.max_connections AS most, @@SESSION.max_user_connections AS mine',
  );
  const status = await queryMysql<{ Value: string }>(connection, "SHOW GLOBAL STATUS LIKE 'Threads_connected'");
  const free = Number(limits!.most) - Number(status[0]?.Value ?? 0) + 1;
  const mine = Number(limits!.mine);
  return judge({ where, free: mine > 0 ? Math.min(free, mine) : free }, concurrency);
}

function judge({ where, free }: Room, concurrency: number): Finding[] {
  const need = concurrency + BESIDE;
  if (free >= need) return [];
  return [
    warning(
      `The ${where} has room for ${free} more connections; a run of concurrency ${concurrency} wants about ${need}.`,
      'A run that is refused a connection waits until there is one.',
      `raise the limit of connections (server, database or account), or start with {"concurrency": ${Math.max(1, free - BESIDE)}}.`,
    ),
  ];
}
