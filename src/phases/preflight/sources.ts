import type { Connection } from 'mysql2';
import type pg from 'pg';
import { queryMysql } from '../../db/mysql/session.ts';
import { AUTHORIZATION_DB } from '../../plan/sources/authorization-db.ts';
import { COMMON_OLTP } from '../../plan/sources/common-oltp.ts';
import type { SourceName, SourceTable } from '../../plan/types.ts';
import type { Finding } from './finding.ts';
import { missingSourceGrants } from './source-grants.ts';
import { fits } from './type-fits.ts';

interface SourceCheck {
  readonly findings: Finding[];
  /** Names of `allowMissing` that are not there. */
  readonly absent: string[];
}

interface FoundColumn {
  readonly table: string;
  readonly column: string;
  /** As the server spells it. */
  readonly type: string;
  readonly readable: boolean;
}

export async function checkPostgresSource(client: pg.ClientBase, allowMissing: readonly string[]): Promise<SourceCheck> {
  const { rows } = await client.query<FoundColumn>(
    `SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type,
            has_table_privilege(c.oid, 'SELECT') AS readable
       FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE n.nspname = 'common_oltp'`,
  );
  const { findings, absent } = compare('common_oltp', COMMON_OLTP, rows, allowMissing);
  const unreadable = Object.keys(COMMON_OLTP).filter((table) => rows.some((row) => row.table === table && !row.readable));
  return { findings: [...(await missingSourceGrants(client, unreadable)), ...findings], absent };
}

export async function checkMysqlSource(connection: Connection, allowMissing: readonly string[]): Promise<SourceCheck> {
  const rows = await queryMysql<{ t: string; c: string; ty: string }>(
    connection,
    'SELECT TABLE_NAME AS t, COLUMN_NAME AS c, COLUMN_TYPE AS ty FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()',
  );
  // MySQL shows only what the account may read.
  const found = rows.map((row) => ({ table: row.t, column: row.c, type: row.ty, readable: true }));
  return compare('authorization_db', AUTHORIZATION_DB, found, allowMissing);
}

function compare(
  source: SourceName,
  documented: Readonly<Record<string, SourceTable>>,
  rows: readonly FoundColumn[],
  allowMissing: readonly string[],
): SourceCheck {
  const findings: Finding[] = [];
  const absent: string[] = [];
  const tables = new Map<string, FoundColumn[]>();
  for (const column of rows) tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  for (const [table, columns] of Object.entries(documented)) {
    const there = tables.get(table);
    if (there === undefined) {
      missing(`${table}`, allowMissing.includes(table), `Source ${source} has no table ${table} (or the account may not see it).`);
      continue;
    }
    if (!there[0]!.readable) continue;
    for (const [name, column] of Object.entries(columns)) {
      const actual = there.find((candidate) => candidate.column === name);
      if (actual === undefined) {
        missing(
          `${table}.${name}`,
          allowMissing.includes(`${table}.${name}`) && column.key !== true,
          `Source table ${source}.${table} has no column ${name}.`,
        );
        continue;
      }
      const fit = fits(source, column.type, actual.type);
      if (fit === 'same') continue;
      const what = `${source}.${table}.${name} is ${actual.type}, documented as ${column.type}`;
      if (fit === 'wider')
        findings.push({
          level: 'warn',
          type: 'SchemaMismatch',
          what: `${what}.`,
          cause: 'It is wider: values that do not fit are rejected.',
          next: '',
        });
      else
        findings.push({
          level: 'block',
          type: 'SchemaMismatch',
          what: `${what}: it cannot be read as that.`,
          cause: 'This source differs from the documented one.',
          next: 'compare the source with the documented schema.',
        });
    }
  }
  return { findings, absent };

  function missing(name: string, allowed: boolean, what: string): void {
    if (allowed) {
      absent.push(name);
      findings.push({
        level: 'warn',
        type: 'SchemaMismatch',
        what,
        cause: 'It may be missing: null or the documented default stands in.',
        next: '',
      });
    } else {
      const next = `mend the source, or, where it is known not to exist there, start with {"allowMissing": ["${name}"]}.`;
      findings.push({ level: 'block', type: 'SchemaMismatch', what, cause: 'This source differs from the documented one.', next });
    }
  }
}
