import type { Definition } from './definition.ts';
import { quoteIdentifier } from './quote.ts';

/** One thing to put back: statements in order, each in a transaction with the step. */
export interface ConstrainStep {
  readonly step: string;
  readonly table: string;
  /** `build` and `reference` do the first half of a key and of a foreign key: its index, and its mere definition. */
  readonly kind: 'default' | 'build' | 'unique_index' | 'index' | 'reference' | 'foreign_key';
  /** Name of the constraint or index. */
  readonly name: string;
  readonly definition: string;
  readonly sql: readonly string[];
  readonly after: readonly string[];
}

/**
 * What constrain does, derived from the saved definitions, never written a second time. A table's steps come in an order in which none
 * waits for a lock that another holds: defaults (nobody may read meanwhile); indexes, all at once; keys, which are attached to theirs with
 * USING INDEX (nobody may read meanwhile: attached beside a build, two keys would lock each other out and one be built again); foreign
 * keys NOT VALID, once both tables have theirs (nobody may write meanwhile); their validation, one of each table at once.
 * `large`: tables whose keys and foreign keys take both their steps; those of the others are done while nobody waits for them for long.
 */
export function constrainSteps(
  definitions: readonly Definition[],
  schema: string,
  large: (table: string) => boolean = () => true,
): ConstrainStep[] {
  const of = (...kinds: readonly Definition['kind'][]) => definitions.filter(({ kind }) => kinds.includes(kind));
  const defaults = of('default').map((definition) => defaultStep(definition, schema));
  const indexes = of('primary_key', 'unique', 'unique_index', 'index')
    .filter(({ table, index }) => index === null || large(table))
    .map((definition) => indexStep(definition, namesOf(defaults, definition.table)));
  const keys: ConstrainStep[] = [];
  for (const definition of of('primary_key', 'unique')) {
    const before = [defaults, indexes, keys].flatMap((steps) => namesOf(steps, definition.table));
    keys.push(keyStep(definition, schema, before));
  }
  const standing = ({ table, parent }: Definition) =>
    [table, ...(parent === table ? [] : [parent!])].flatMap((name) => [...namesOf(indexes, name), ...namesOf(keys, name)]);
  const split = of('foreign_key').filter(({ table }) => large(table));
  const references = split.map((definition) => referenceStep(definition, schema, standing(definition)));
  const foreign = of('foreign_key').map((definition) => {
    const touching = references.filter((_step, at) => [split[at]!.table, split[at]!.parent].includes(definition.table));
    return foreignStep(definition, schema, [
      ...(split.includes(definition) ? [] : standing(definition)),
      ...touching.map(({ step }) => step),
    ]);
  });
  return [...defaults, ...indexes, ...keys, ...references, ...foreign];
}

const namesOf = (steps: readonly ConstrainStep[], table: string) => steps.filter((step) => step.table === table).map(({ step }) => step);

function defaultStep({ table, name, definition }: Definition, schema: string): ConstrainStep {
  const sql = [`ALTER TABLE ${qualified(schema, table)} ALTER COLUMN ${quoteIdentifier(name)} SET DEFAULT ${definition}`];
  return { step: `${table}: default of ${name}`, table, kind: 'default', name, definition, sql, after: [] };
}

function indexStep({ table, name, kind, definition, index }: Definition, after: readonly string[]): ConstrainStep {
  if (index !== null) return { step: `${table}: index of ${name}`, table, kind: 'build', name, definition, sql: [index], after };
  return {
    step: `${table}: ${name}`,
    table,
    kind: kind === 'index' ? 'index' : 'unique_index',
    name,
    definition,
    sql: [definition],
    after,
  };
}

function keyStep({ table, name, kind, definition, index }: Definition, schema: string, after: readonly string[]): ConstrainStep {
  const type = kind === 'primary_key' ? 'PRIMARY KEY' : 'UNIQUE';
  const attach = `ALTER TABLE ${qualified(schema, table)} ADD CONSTRAINT ${quoteIdentifier(name)} ${type} USING INDEX ${quoteIdentifier(name)}`;
  return { step: `${table}: ${name}`, table, kind: 'unique_index', name, definition, sql: [index!, attach], after };
}

function referenceStep(definition: Definition, schema: string, after: readonly string[]): ConstrainStep {
  const whole = foreignStep(definition, schema, after);
  return { ...whole, step: `${whole.step}, not validated`, kind: 'reference', sql: whole.sql.slice(0, 1) };
}

function foreignStep({ table, name, definition }: Definition, schema: string, after: readonly string[]): ConstrainStep {
  const on = `ALTER TABLE ${qualified(schema, table)}`;
  return {
    step: `${table}: ${name}`,
    table,
    kind: 'foreign_key',
    name,
    definition,
    sql: [`${on} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition} NOT VALID`, `${on} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`],
    after,
  };
}

const qualified = (schema: string, table: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
