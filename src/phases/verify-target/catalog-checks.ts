import type pg from 'pg';
import { EMPTY_TABLES, PLAN } from '../../plan/plan.ts';
import { readDefinitions } from '../../schema/definitions.ts';
import type { TablePlan } from '../../plan/types.ts';
import type { Definition, DefinitionKind } from '../../sql/definition.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { carryColumns } from '../../sql/carry-columns.ts';
import { TARGET_SCHEMA } from '../engine.ts';
import type { Check } from './verify-report.ts';

const MEND = 'compare with `identity-migrate generate-sql`, and put back what is missing.';

/** Tables, columns, indexes and foreign keys, each by its definition: one that has the right name only is missing. */
export async function catalogChecks(client: pg.ClientBase, run: string, there: Columns): Promise<Check[]> {
  const { rows } = await client.query<{ definitions: Definition[] | null }>(
    'SELECT definitions FROM identity_migration.runs WHERE run = $1',
    [run],
  );
  const expected = rows[0]?.definitions ?? [];
  await client.query(`SET LOCAL search_path = ${quoteIdentifier(TARGET_SCHEMA)}, pg_catalog`);
  const found = await readDefinitions(client, TARGET_SCHEMA);
  await client.query('SET LOCAL search_path = pg_catalog');
  const invalid = await invalidNames(client);
  const compare = (check: Check['check'], kinds: readonly DefinitionKind[]) =>
    definitionCheck(
      check,
      expected.filter(({ kind }) => kinds.includes(kind)),
      found,
      invalid,
    );
  return [
    tablesCheck(there),
    columnsCheck(there),
    compare('indexes', ['primary_key', 'unique', 'unique_index', 'index']),
    compare('foreign keys', ['foreign_key']),
  ];
}

function tablesCheck(there: Columns): Check {
  const names = [...PLAN.map((plan) => plan.table), ...EMPTY_TABLES];
  const missing = names.filter((name) => !there.has(name));
  return checked('tables', missing, `${names.length - missing.length} of ${names.length} tables are there`, MEND);
}

function columnsCheck(there: Columns): Check {
  const filled = PLAN.flatMap(({ table, columns }) => columns.filter((c) => c.carry !== true).map((c) => [table, c.name] as const));
  const missing = filled.filter(([table, name]) => there.has(table) && !there.get(table)!.has(name));
  const left = carryColumns().filter(({ table, column }) => there.get(table)?.has(column) === true);
  const wrong = [...missing, ...left.map(({ table, column }) => [table, column] as const)].map(([table, name]) => `${table}.${name}`);
  return checked('columns', wrong, `${filled.length - missing.length} of ${filled.length} filled columns are there`, MEND);
}

/** Table → its columns. */
export type Columns = ReadonlyMap<string, ReadonlySet<string>>;

export async function columnsOf(client: pg.ClientBase): Promise<Columns> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT c.relname AS "table", array_agg(a.attname::text) AS columns FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1`,
    [TARGET_SCHEMA],
  );
  return new Map(rows.map(({ table, columns }) => [table, new Set(columns)]));
}

/** Tables of which every filled column is there: the others cannot be compared. */
export function wholeTables(there: Columns): string[] {
  const isWhole = ({ table, columns }: TablePlan) =>
    columns.every(({ name, carry }) => carry === true || there.get(table)?.has(name) === true);
  return [...PLAN.filter(isWhole).map((plan) => plan.table), ...EMPTY_TABLES.filter((table) => there.has(table))];
}

function definitionCheck(
  check: Check['check'],
  expected: readonly Definition[],
  found: readonly Definition[],
  invalid: ReadonlySet<string>,
): Check {
  const wrong = expected.flatMap(({ table, name, kind, definition, index }) => {
    const same = found.find((candidate) => candidate.table === table && candidate.name === name);
    if (same === undefined) return [`${name} is missing`];
    if (same.kind !== kind || same.definition !== definition || same.index !== index) return [`${name} is defined otherwise`];
    return invalid.has(name) ? [`${name} is not valid`] : [];
  });
  return checked(
    check,
    wrong,
    `${expected.length - wrong.length} of ${expected.length} are there, valid and defined as the revisions say`,
    MEND,
  );
}

async function invalidNames(client: pg.ClientBase): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE connamespace = to_regnamespace($1) AND NOT convalidated
     UNION ALL
     SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE c.relnamespace = to_regnamespace($1) AND NOT (i.indisvalid AND i.indisready)`,
    [TARGET_SCHEMA],
  );
  return new Set(rows.map((row) => row.name));
}

/** A check that is right unless something is wrong; names the first few. */
export function checked(check: Check['check'], wrong: readonly string[], what: string, next: string): Check {
  const more = wrong.length > 5 ? `, and ${wrong.length - 5} more` : '';
  const at = wrong.length === 0 ? '' : `: ${wrong.slice(0, 5).join(', ')}${more}`;
  return { check, ok: wrong.length === 0, what: `${what}${at}`, next: wrong.length === 0 ? null : next };
}
