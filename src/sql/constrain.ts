import type { Definition } from './definition.ts';
import { quoteIdentifier } from './quote.ts';

/** One thing to put back: statements in order, each in a transaction with the step. */
export interface ConstrainStep {
  readonly step: string;
  readonly table: string;
  readonly kind: 'unique_index' | 'index' | 'foreign_key' | 'default';
  /** Name of the constraint or index. */
  readonly name: string;
  readonly definition: string;
  readonly sql: readonly string[];
  readonly after: readonly string[];
}

/**
 * What constrain does: unique indexes first (keys are attached to theirs with USING INDEX), then plain indexes, then foreign keys,
 * NOT VALID and validated, once the key they point at stands. Derived from the saved definitions, never written a second time.
 */
export function constrainSteps(definitions: readonly Definition[], schema: string): ConstrainStep[] {
  const unique = definitions
    .filter(({ kind }) => kind === 'primary_key' || kind === 'unique' || kind === 'unique_index')
    .map((definition) => uniqueStep(definition, schema));
  const uniqueOf = (table: string) => unique.filter((step) => step.table === table).map((step) => step.step);
  const plain = definitions.filter(({ kind }) => kind === 'index').map((definition) => indexStep(definition, uniqueOf(definition.table)));
  const indexesOf = (table: string) => plain.filter((step) => step.table === table).map((step) => step.step);
  const foreign = definitions
    .filter(({ kind }) => kind === 'foreign_key')
    .map((definition) =>
      foreignStep(definition, schema, [...uniqueOf(definition.parent!), ...uniqueOf(definition.table), ...indexesOf(definition.table)]),
    );
  const defaults = definitions.filter(({ kind }) => kind === 'default').map((definition) => defaultStep(definition, schema));
  return [...unique, ...plain, ...foreign, ...defaults];
}

function defaultStep({ table, name, definition }: Definition, schema: string): ConstrainStep {
  const sql = [`ALTER TABLE ${qualified(schema, table)} ALTER COLUMN ${quoteIdentifier(name)} SET DEFAULT ${definition}`];
  return { step: `${table}: default of ${name}`, table, kind: 'default', name, definition, sql, after: [] };
}

function uniqueStep(definition: Definition, schema: string): ConstrainStep {
  const { table, name, kind } = definition;
  const step = { step: `${table}: ${name}`, table, kind: 'unique_index', name, definition: definition.definition, after: [] } as const;
  if (kind === 'unique_index') return { ...step, sql: [definition.definition] };
  const type = kind === 'primary_key' ? 'PRIMARY KEY' : 'UNIQUE';
  const attach = `ALTER TABLE ${qualified(schema, table)} ADD CONSTRAINT ${quoteIdentifier(name)} ${type} USING INDEX ${quoteIdentifier(name)}`;
  return { ...step, sql: [definition.index!, attach] };
}

function indexStep({ table, name, definition }: Definition, after: readonly string[]): ConstrainStep {
  return { step: `${table}: ${name}`, table, kind: 'index', name, definition, sql: [definition], after };
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
