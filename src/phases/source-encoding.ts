import type pg from 'pg';

/**
 * A database in SQL_ASCII stores any bytes; in the caller's transaction they are read as they are, since the server could only refuse
 * to convert them. Returns whether the server checks its text.
 */
export async function readTextAsStored(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ encoding: string }>("SELECT current_setting('server_encoding') AS encoding");
  if (rows[0]?.encoding !== 'SQL_ASCII') return true;
  await client.query("SET LOCAL client_encoding = 'SQL_ASCII'");
  return false;
}
