import { SOURCE_TABLES } from './sources/catalog.ts';
import { SOURCES, type SourceColumn, type SourceName, type TablePlan } from './types.ts';

/** What an entry of `allowMissing` or of a run's `absent` names: a source table, or one of its columns. */
export interface MissingName {
  readonly source: SourceName;
  readonly table: string;
  readonly column: string | null;
}

/** `phone` or `email.status_id`; null where the plan reads no such table or column. */
export function parseMissing(name: string): MissingName | null {
  const [table = '', column, ...rest] = name.split('.');
  const source = SOURCES.find((candidate) => Object.hasOwn(SOURCE_TABLES[candidate], table));
  if (source === undefined || rest.length > 0) return null;
  if (column === undefined) return { source, table, column: null };
  return Object.hasOwn(SOURCE_TABLES[source][table]!, column) ? { source, table, column } : null;
}

/** What is wrong with an `allowMissing` list: one line each, naming entries by position, since unknown text is not echoed. */
export function allowMissingProblems(names: readonly string[]): string[] {
  return names.flatMap((name, index) => {
    const missing = parseMissing(name);
    if (missing === null) return [`allowMissing[${index}] is no table or column that the plan reads.`];
    if (missing.column === null || sourceColumn(missing, missing.column).key !== true) return [];
    return [`allowMissing[${index}]: ${missing.table}.${missing.column} is a key column, without which no row can be placed.`];
  });
}

/** The entries of `absent` that a target table's driving query would read: what its adjustments `source_missing` name. */
export function absencesOf(table: TablePlan, absent: readonly string[]): string[] {
  return absent.filter((name) => {
    const missing = parseMissing(name);
    if (missing === null || missing.source !== table.source) return false;
    if (!sourceTablesOf(table).has(missing.table)) return false;
    return missing.column === null || readsColumn(table, missing.column);
  });
}

/** Source tables that a driving query reads. */
export function sourceTablesOf(table: TablePlan): ReadonlySet<string> {
  if (table.source === 'authorization_db') return new Set([table.from]);
  return new Set([...table.from.matchAll(/\{([a-z]\w*)\}/g)].map((match) => match[1]!));
}

/** By the column's name alone: a column of the same name in another table of the query counts, too. */
function readsColumn(table: TablePlan, column: string): boolean {
  const word = new RegExp(String.raw`(^|\W)${column}(\W|$)`);
  return [table.from, table.where ?? '', ...table.columns.map((c) => c.from)].some((sql) => word.test(sql));
}

function sourceColumn(missing: MissingName, column: string): SourceColumn {
  return SOURCE_TABLES[missing.source][missing.table]![column]!;
}
