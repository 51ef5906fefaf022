import fc from 'fast-check';
import { expect } from 'vitest';
import { queryMysql } from '../../src/db/mysql/session.ts';
import type { Databases } from '../../src/db/server.ts';
import type { Attempt } from '../../src/phases/engine.ts';
import { readOnlyMysql, readOnlyPostgres } from '../../src/phases/preflight/read-only.ts';
import { binaryLiteral, quoteIdentifier, quoteLiteral } from '../../src/sql/quote.ts';

/** Gives names and texts full of quotes and line ends to both engines, quoted: each must come back as it was. */
export async function holdAgainstOddNames(databases: Databases, attempt: Attempt): Promise<void> {
  const odd = fc.string({
    unit: fc.constantFrom('"', '`', "'", '\\', ';', '-', '/*', '$', '%', '\n', '\t', '\r', ' ', '(', ')', 'a', 'é', 'ž'),
    minLength: 1,
    maxLength: 12,
  });
  await readOnlyPostgres(databases.target, attempt, (client) =>
    fc.assert(
      fc.asyncProperty(odd, fc.boolean(), async (text, conforming) => {
        await client.query(`SET LOCAL standard_conforming_strings = ${conforming}; SET LOCAL backslash_quote = on`);
        const { rows } = await client.query<Record<string, string>>(`SELECT ${quoteLiteral(text)} AS ${quoteIdentifier(text)}`);
        expect(rows).toEqual([{ [text]: text }]);
      }),
    ),
  );
  await readOnlyMysql(databases.authorization, attempt, (connection) =>
    fc.assert(
      fc.asyncProperty(odd, async (text) => {
        // No name of MySQL begins or ends with a blank.
        const name = `x${text}.`;
        const rows = await queryMysql(
          connection,
          `SELECT CONVERT(${binaryLiteral(text)} USING utf8mb4) AS ${quoteIdentifier(name, 'mysql')}`,
        );
        expect(rows).toEqual([{ [name]: text }]);
      }),
    ),
  );
}
