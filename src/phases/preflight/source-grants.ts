import type pg from 'pg';
import { IDENTITY_FLOORS } from '../../plan/identity.ts';
import { quoteIdentifier, quoteTable } from '../../sql/quote.ts';
import type { Finding } from './finding.ts';

const SCHEMA = 'common_oltp';
/** Up to so many tables each grant is named; for more, the one for all. */
const FEW = 3;

interface Rights {
  readonly account: string;
  /** Of the schema. */
  readonly usage: boolean;
  /** Sequences that the account may not read, of those that number what is copied. */
  readonly sequences: readonly string[];
}

/** What the account lacks to read the PostgreSQL source, each with the GRANT that gives it. `unreadable`: tables without SELECT. */
export async function missingSourceGrants(client: pg.ClientBase, unreadable: readonly string[]): Promise<Finding[]> {
  const needed = Object.values(IDENTITY_FLOORS).flatMap(({ sequences }) => sequences);
  const { rows } = await client.query<Rights>(
    `SELECT current_user AS account, has_schema_privilege(n.oid, 'USAGE') AS usage,
            ARRAY(SELECT relname::text FROM pg_class c WHERE c.relnamespace = n.oid AND relkind = 'S' AND relname = ANY($2)
                   AND NOT has_sequence_privilege(c.oid, 'SELECT') ORDER BY 1) AS sequences
       FROM pg_namespace n WHERE nspname = $1`,
    [SCHEMA, needed],
  );
  const [rights] = rows;
  if (rights === undefined) return [];
  const to = quoteIdentifier(rights.account);
  const findings: Finding[] = [];
  const lacks = (what: string, grant: string) =>
    findings.push({
      level: 'block',
      type: 'PermissionMissing',
      what,
      cause: 'It lacks the grant.',
      next: `run on the source: ${grant} TO ${to};`,
    });
  if (!rights.usage) lacks(`The account may not use schema ${SCHEMA}.`, `GRANT USAGE ON SCHEMA ${SCHEMA}`);
  if (unreadable.length > FEW) {
    lacks(`The account may not read ${SCHEMA}: ${unreadable.length} of its tables.`, `GRANT SELECT ON ALL TABLES IN SCHEMA ${SCHEMA}`);
  } else {
    for (const table of unreadable) lacks(`The account may not read ${SCHEMA}.${table}.`, `GRANT SELECT ON ${quoteTable(SCHEMA, table)}`);
  }
  if (rights.sequences.length > 0) {
    const named = rights.sequences.join(', ');
    lacks(`The account may not read sequences of ${SCHEMA}: ${named}.`, `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${SCHEMA}`);
  }
  return findings;
}
