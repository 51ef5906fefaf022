import { ask, countAndChecksum } from './ask.ts';

/** Rows of all tables of a schema, and one checksum over all; the schema's own history and partitions aside. */
export async function contentsOf(url: string, schema: string): Promise<{ rows: number; checksum: string }> {
  const tables = await ask<{ name: string }>(
    url,
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname = '${schema}' AND tablename <> 'schema_revisions' ORDER BY 1`,
  );
  let rows = 0;
  let sum = 0n;
  for (const [index, { name }] of tables.entries()) {
    const found = await countAndChecksum(url, `SELECT * FROM ${name}`);
    rows += found.rows;
    sum += BigInt(index + 1) * BigInt(found.checksum);
  }
  return { rows, checksum: String(sum) };
}
