import type { CatalogColumn, CatalogTable } from './catalog.ts';

/** Where a schema is not what its revisions make. */
export interface Difference {
  /** `users`, `users.handle`, or `users_pkey on users`. */
  readonly object: string;
  readonly kind: 'table' | 'column' | 'type' | 'nullability' | 'default' | 'collation' | 'generated' | 'identity' | 'index' | 'constraint';
  /** The definition; null where it should not be there, or is not. */
  readonly expected: string | null;
  readonly found: string | null;
}

/** Every difference of two catalogs, by table. The columns' order is none, nor is anything but tables with what is on them. */
export function compareCatalogs(expected: readonly CatalogTable[], found: readonly CatalogTable[]): Difference[] {
  return pairs(expected, found, ({ table }) => table).flatMap(([table, before, after]): Difference[] => {
    if (before === undefined || after === undefined) {
      const shown = (one: CatalogTable | undefined) => one && `(${one.columns.map(columnText).join(', ')})`;
      return [difference(table, 'table', shown(before), shown(after))];
    }
    return [
      ...pairs(before.columns, after.columns, nameOf).flatMap(([name, a, b]) => compareColumns(`${table}.${name}`, a, b)),
      ...compareDefinitions(table, 'constraint', before.constraints, after.constraints),
      ...compareDefinitions(table, 'index', plainIndexes(before, after), plainIndexes(after, before)),
    ];
  });
}

function compareColumns(object: string, a: CatalogColumn | undefined, b: CatalogColumn | undefined): Difference[] {
  if (a === undefined || b === undefined) return [difference(object, 'column', a && columnText(a), b && columnText(b))];
  const sides = (kind: Difference['kind'], text: (column: CatalogColumn) => string | null) =>
    text(a) === text(b) ? [] : [difference(object, kind, text(a), text(b))];
  return [
    ...sides('type', ({ type }) => type),
    ...sides('nullability', nullability),
    ...sides('default', (column) => column.default),
    ...sides('collation', ({ collation }) => collation),
    ...sides('generated', ({ generated }) => generated),
    ...sides('identity', ({ identity }) => identity),
  ];
}

const nullability = ({ nullable }: CatalogColumn) => (nullable ? 'NULL' : 'NOT NULL');
const nameOf = ({ name }: { readonly name: string }) => name;

/** `handle text COLLATE "C" NOT NULL DEFAULT ''::text`. */
function columnText(column: CatalogColumn): string {
  const { name, type, collation, nullable, generated, identity } = column;
  return [
    `${name} ${type}`,
    collation === null ? '' : `COLLATE "${collation}"`,
    nullable ? '' : 'NOT NULL',
    column.default === null ? '' : `DEFAULT ${column.default}`,
    generated === null ? '' : `GENERATED ALWAYS AS (${generated}) STORED`,
    identity === null ? '' : `GENERATED ${identity.toUpperCase()} AS IDENTITY`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

interface Defined {
  readonly name: string;
  readonly definition: string;
  readonly valid: boolean;
}

function compareDefinitions(
  table: string,
  kind: 'constraint' | 'index',
  expected: readonly Defined[],
  found: readonly Defined[],
): Difference[] {
  // What NOT VALID says already is not said twice.
  const text = ({ definition, valid }: Defined) => (valid || definition.endsWith(' NOT VALID') ? definition : `${definition} (not valid)`);
  return pairs(expected, found, nameOf).flatMap(([name, a, b]) => {
    const [before, after] = [a && text(a), b && text(b)];
    return before === after ? [] : [difference(`${name} on ${table}`, kind, before, after)];
  });
}

/** Those of keys are compared as constraints. */
function plainIndexes(table: CatalogTable, other: CatalogTable): readonly Defined[] {
  const keys = new Set([...table.constraints, ...other.constraints].map(nameOf));
  return table.indexes.filter(({ name }) => !keys.has(name));
}

function difference(object: string, kind: Difference['kind'], expected?: string | null, found?: string | null): Difference {
  return { object, kind, expected: expected ?? null, found: found ?? null };
}

function pairs<T>(expected: readonly T[], found: readonly T[], key: (item: T) => string): [string, T | undefined, T | undefined][] {
  const names = [...new Set([...expected, ...found].map(key))].sort();
  return names.map((name) => [name, expected.find((item) => key(item) === name), found.find((item) => key(item) === name)]);
}
