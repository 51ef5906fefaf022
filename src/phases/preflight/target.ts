import type pg from 'pg';
import type { LedgerRun, Start } from '../../db/ledger/latest-run.ts';
import { EMPTY_TABLES, PLAN } from '../../plan/plan.ts';
import { missingOwners } from '../../schema/missing-grants.ts';
import { foreignObjects, fingerprintSchema, isMarkedOurs, schemaExists } from '../../schema/ownership.ts';
import { TARGET_SCHEMA } from '../engine.ts';
import type { Finding } from './finding.ts';

const OLDEST = 15;

export interface TargetLook {
  readonly start: Start;
  /** The newest run in the ledger, or null. */
  readonly latest: LedgerRun | null;
  /** The start is refused whatever the schema holds. */
  readonly refused: boolean;
}

/** The target: version, encoding, folding, grants, and whose the schema `identity` is. */
export async function checkTarget(client: pg.ClientBase, look: TargetLook): Promise<{ version: string; findings: Finding[] }> {
  const { rows } = await client.query<{
    version: string;
    number: number;
    encoding: string;
    folds: boolean;
    may_create: boolean;
    user: string;
    db: string;
  }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS number,
            pg_encoding_to_char(encoding) AS encoding, lower('É' COLLATE "default") = 'é' AS folds,
            has_database_privilege(datname, 'CREATE') AS may_create, current_user AS "user", datname AS db
       FROM pg_database WHERE datname = current_database()`,
  );
  const facts = rows[0]!;
  const findings: Finding[] = [];
  const block = (what: string, cause: string, next: string, type: Finding['type'] = 'SchemaMismatch') =>
    findings.push({ level: 'block', type, what, cause, next });
  if (facts.number < OLDEST)
    block(
      `The target is PostgreSQL ${facts.version}; ${OLDEST} or newer is needed.`,
      'Older servers lack what the schema uses.',
      'use a newer server.',
    );
  if (facts.encoding !== 'UTF8') {
    block(
      `The target database is encoded as ${facts.encoding}; UTF8 is needed.`,
      'Names of the sources would not fit into it.',
      'create it with ENCODING UTF8.',
    );
  }
  if (!facts.folds) {
    block(
      `The target database's lower('É') is not 'é'.`,
      'Names that people see as one would count as two.',
      'create it with a UTF-8 locale (LC_CTYPE), such as C.UTF-8 or en_US.UTF-8.',
    );
  }
  if (!facts.may_create) {
    block(
      `User ${facts.user} may not create schemas in ${facts.db}.`,
      'The run makes the schemas identity and identity_migration.',
      `run: GRANT CREATE ON DATABASE "${facts.db}" TO "${facts.user}";`,
      'PermissionMissing',
    );
  }
  if (look.start.kind === 'new' && !look.start.options.dryRun && !look.refused) findings.push(...(await checkOwnership(client, look)));
  return { version: facts.version, findings };
}

/**
 * A schema is ours to drop where we made it (`schema_revisions`) and nothing was written since: its tables are empty, or as the last
 * finished run recorded them, or those of an unfinished run that a fresh start gives up. `adopt` stands in for the rest, but never for
 * objects that are no table of the plan.
 */
async function checkOwnership(client: pg.ClientBase, { start, latest }: TargetLook): Promise<Finding[]> {
  if (!(await schemaExists(client, TARGET_SCHEMA))) return [];
  const foreign = await foreignObjects(client, TARGET_SCHEMA, [...PLAN.map((plan) => plan.table), ...EMPTY_TABLES]);
  const finding = (what: string, next: string): Finding => ({
    level: 'block',
    type: 'NotOurSchema',
    what,
    cause: 'A run replaces the schema, and would lose what it holds.',
    next,
  });
  if (foreign.length > 0) {
    const named = foreign.slice(0, 5).join(', ');
    return [
      finding(`Schema ${TARGET_SCHEMA} holds what this tool did not make: ${named}.`, 'move it to another schema: it is never dropped.'),
    ];
  }
  const next = 'look at what is in it; start with {"adopt": true} to back it up and replace it.';
  if (!start.options.adopt && !(await isMarkedOurs(client, TARGET_SCHEMA))) {
    return [finding(`Schema ${TARGET_SCHEMA} exists and was not made by this tool.`, next)];
  }
  const grants = await missingOwners(client, [TARGET_SCHEMA]);
  if (grants.length > 0) {
    const what = `Schema ${TARGET_SCHEMA}, or a table in it, belongs to another role.`;
    const cause = 'Only its owner may read, back up and replace it.';
    return [{ level: 'block', type: 'PermissionMissing', what, cause, next: `let a superuser or the owner run ${grants.join(' ')}` }];
  }
  if (start.options.adopt) return [];
  const tables = (await fingerprintSchema(client, TARGET_SCHEMA)) ?? [];
  if (tables.every((table) => table.rows === 0)) return [];
  const expected = latest === null ? null : await recorded(client, latest);
  const changed = tables.filter((table) => !(expected?.(table.table, table.rows, table.checksum) ?? false)).map((table) => table.table);
  if (changed.length === 0) return [];
  const named = changed.slice(0, 5).join(', ');
  return [finding(`Schema ${TARGET_SCHEMA} was written to since the last finished run (${named}).`, next)];
}

type IsAsRecorded = (table: string, rows: number, checksum: string) => boolean;

async function recorded(client: pg.ClientBase, latest: LedgerRun): Promise<IsAsRecorded | null> {
  const { rows } = await client.query<{ table: string; loaded: number; checksum: string | null; same: boolean }>(
    `SELECT table_name AS "table", loaded, checksum, oid = to_regclass('identity.' || quote_ident(table_name))::oid AS same
       FROM identity_migration.tables WHERE run = $1`,
    [latest.run],
  );
  const byTable = new Map(rows.map((row) => [row.table, row]));
  // An unfinished run's tables are ours by their oid: nobody else could have made them.
  if (latest.state !== 'done') return (table) => byTable.get(table)?.same === true;
  return (table, count, checksum) => {
    const row = byTable.get(table);
    return row?.loaded === count && row.checksum === checksum;
  };
}
