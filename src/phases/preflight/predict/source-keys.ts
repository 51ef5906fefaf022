import type { Connection } from 'mysql2';
import type pg from 'pg';
import { queryMysql } from '../../../db/mysql/session.ts';
import type { SourceKeys } from '../../../sql/predict/source-keys.ts';

/**
 * What each source vouches for. Of PostgreSQL every unique index over whole columns, but for those of a table with heirs, whose rows
 * it does not see. Of MySQL the primary keys alone: under `unique_checks=0`, as dumps are loaded, other indexes may miss a duplicate.
 */
export async function sourceKeys(oltp: pg.ClientBase, authorization: Connection): Promise<SourceKeys> {
  const { rows } = await oltp.query<{ table: string; columns: string[] }>(
    `SELECT c.relname AS "table", array_agg(a.attname::text) AS columns
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid AND (c.relkind = 'p' OR NOT c.relhassubclass)
       CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
      WHERE c.relnamespace = 'common_oltp'::regnamespace AND i.indisunique AND i.indisvalid AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
      GROUP BY c.relname, i.indexrelid`,
  );
  const primary = await queryMysql<{ t: string; c: string }>(
    authorization,
    `SELECT TABLE_NAME AS t, COLUMN_NAME AS c FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'PRIMARY'`,
  );
  const keys = new Map<string, (readonly string[])[]>();
  const add = (table: string, columns: readonly string[]) => keys.set(table, [...(keys.get(table) ?? []), columns]);
  for (const { table, columns } of rows) add(`common_oltp.${table}`, columns);
  for (const table of new Set(primary.map(({ t }) => t))) {
    add(
      `authorization_db.${table}`,
      primary.filter(({ t }) => t === table).map(({ c }) => c),
    );
  }
  return keys;
}
