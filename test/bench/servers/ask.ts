import pg from 'pg';

/** Runs statements on a connection of its own; returns the last one's rows. */
export async function ask<Row extends pg.QueryResultRow>(url: string, ...statements: readonly string[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET timezone = 'UTC'; SET datestyle = 'ISO'");
    let rows: Row[] = [];
    for (const statement of statements) ({ rows } = await client.query<Row>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** Rows of a query, and a checksum over them that does not depend on their order. */
export async function countAndChecksum(url: string, query: string): Promise<{ rows: number; checksum: string }> {
  const [row] = await ask<{ n: string; sum: string }>(
    url,
    `SELECT count(*) AS n, coalesce(sum(hashtextextended(r::text, 0)), 0)::text AS sum FROM (${query}) r`,
  );
  return { rows: Number(row!.n), checksum: row!.sum };
}
