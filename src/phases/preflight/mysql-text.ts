import type { Connection } from 'mysql2';
import { queryMysql } from '../../db/mysql/session.ts';
import { AUTHORIZATION_DB } from '../../plan/sources/authorization-db.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Finding } from './finding.ts';

/** Character sets whose text is utf8mb4 already, or a part of it. */
const SAFE = new Set(['utf8mb4', 'utf8mb3', 'utf8', 'ascii', 'latin1']);

interface TextColumn {
  readonly t: string;
  readonly c: string;
  readonly cs: string;
}

/** Text that the server cannot convert to utf8mb4 and back without loss would arrive as other text: such columns block, with their rows. */
export async function checkMysqlText(connection: Connection): Promise<Finding[]> {
  const columns = await queryMysql<TextColumn>(
    connection,
    `SELECT TABLE_NAME AS t, COLUMN_NAME AS c, CHARACTER_SET_NAME AS cs FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND CHARACTER_SET_NAME IS NOT NULL`,
  );
  const findings: Finding[] = [];
  for (const { t, c, cs } of columns) {
    if (SAFE.has(cs) || AUTHORIZATION_DB[t]?.[c] === undefined) continue;
    const column = quoteIdentifier(c, 'mysql');
    const [found] = await queryMysql<{ n: number }>(
      connection,
      `SELECT COUNT(*) AS n FROM ${quoteIdentifier(t, 'mysql')}
        WHERE CAST(CONVERT(CONVERT(${column} USING utf8mb4) USING ${quoteIdentifier(cs, 'mysql')}) AS BINARY) <> CAST(${column} AS BINARY)`,
    );
    const rows = Number(found?.n ?? 0);
    if (rows === 0) continue;
    findings.push({
      level: 'block',
      type: 'SchemaMismatch',
      what: `authorization_db.${t}.${c} holds ${rows} rows of ${cs} text that do not survive conversion to utf8mb4.`,
      cause: 'They would arrive as other text, and nobody could tell.',
      next: 'mend these rows in the source.',
    });
  }
  return findings;
}
