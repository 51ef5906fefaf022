/** What an archive in the custom format says of itself (`pg_restore --list`). */
export interface ArchiveContents {
  /** Schemas that its entries create or are in, by name. */
  readonly schemas: readonly string[];
  /** What is in no schema, as `EXTENSION hstore`. */
  readonly outside: readonly string[];
  /** Tables, as `schema.table`. */
  readonly tables: readonly string[];
  /** Database that was dumped. */
  readonly database: string | null;
  /** When, as pg_dump wrote it. */
  readonly dumpedAt: string | null;
}

/** `3456; 1259 16390 TABLE DATA identity users owner`: an entry's kind in capitals, its schema (`-` for none), its name. */
const ENTRY = /^\d+; \d+ \d+ (?<kind>[A-Z]+(?: [A-Z]+)*) (?<schema>\S+) (?<name>\S+)/;

export function readContents(list: string): ArchiveContents {
  const entries = list.split('\n').flatMap((line) => {
    const groups = ENTRY.exec(line)?.groups;
    return groups === undefined ? [] : [{ kind: groups['kind']!, schema: groups['schema']!, name: groups['name']! }];
  });
  const schemas = entries.flatMap(({ kind, schema, name }) => (kind === 'SCHEMA' ? [name] : schema === '-' ? [] : [schema]));
  // Rights and comments of a schema are told as of nothing else: `ACL - SCHEMA identity`.
  const outside = entries.flatMap((entry) =>
    entry.schema === '-' && ![entry.kind, entry.name].includes('SCHEMA') ? [`${entry.kind} ${entry.name}`] : [],
  );
  const tables = entries.flatMap(({ kind, schema, name }) => (kind === 'TABLE' ? [`${schema}.${name}`] : []));
  return {
    schemas: [...new Set(schemas)].toSorted(),
    outside,
    tables,
    database: /^;\s+dbname: (.+)$/m.exec(list)?.[1] ?? null,
    dumpedAt: /^; Archive created at (.+)$/m.exec(list)?.[1] ?? null,
  };
}
