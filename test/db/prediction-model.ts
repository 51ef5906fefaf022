import fc from 'fast-check';
import { duplicateKey, nameTwin, orphan, orphanReference } from '../../src/plan/rules.ts';
import type { Rule, TablePlan } from '../../src/plan/types.ts';

/** A row as a prediction sees it: small numbers, so that they meet. */
export interface ModelRow {
  readonly id: number;
  readonly at: number | null;
  readonly a: number | null;
  readonly b: number | null;
  readonly name: string | null;
  readonly flagged: boolean;
  readonly fate: 'invalid_value' | null;
}

export interface ModelCase {
  readonly rows: readonly ModelRow[];
  readonly rules: readonly Rule[];
  /** Keys of the parents `p` and `q`. */
  readonly parents: Readonly<Record<string, readonly number[]>>;
  /** The source says that no two ids are alike. */
  readonly vouched: boolean;
}

const number = fc.option(fc.integer({ min: 1, max: 3 }), { nil: null });
const row = fc.record({
  id: fc.integer({ min: 1, max: 6 }),
  at: number,
  a: number,
  b: number,
  name: fc.option(fc.constantFrom('x', 'X', 'y'), { nil: null }),
  flagged: fc.boolean(),
  fate: fc.constantFrom(null, null, null, null, null, null, null, null, 'invalid_value' as const),
});

const RULES: readonly Rule[] = [
  { kind: 'note', reason: 'unknown_status', column: 'a', where: 'a = 1' },
  orphan('a', 'p'),
  orphanReference('b', 'q'),
  duplicateKey(['id'], 'at DESC NULLS LAST, id'),
  duplicateKey(['a', 'b'], 'at DESC NULLS LAST, id'),
  nameTwin('name'),
  { kind: 'clear_twin', reason: 'primary_twin', column: 'flagged', set: 'false', by: 'a', where: 'flagged', keep: 'id' },
];

/** Rows, some of the rules of every kind in their order, and parents that some rows have. */
export const modelCases: fc.Arbitrary<ModelCase> = fc.boolean().chain((vouched) =>
  fc.record({
    rows: vouched ? fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 6 }) : fc.array(row, { minLength: 4, maxLength: 14 }),
    rules: fc.subarray([...RULES], { minLength: 1 }),
    parents: fc.record({ p: fc.subarray([1, 2, 3], { minLength: 1 }), q: fc.subarray([1, 2, 3]) }),
    vouched: fc.constant(vouched),
  }),
);

/** The case's table, as a plan would say it. */
export function modelTable(rules: readonly Rule[]): TablePlan {
  const cast = { id: 'bigint', at: 'bigint', a: 'bigint', b: 'bigint', name: 'text', flagged: 'boolean' } as const;
  return {
    table: 't',
    source: 'common_oltp',
    sourceTable: 't',
    from: '{t} t',
    key: [{ column: 'id', from: 't.id', type: 'numeric', target: 'id' }],
    columns: Object.entries(cast).map(([name, of]) => ({ name, from: `t.${name}`, cast: of })),
    rules,
  };
}

/**
 * What becomes of the rows, by the words of the rules and nothing else: one number for each reason. `tied` where it may hang on which of
 * several rows that come first stays.
 */
export function modelCounts({ rows, rules, parents }: ModelCase): {
  readonly counts: Readonly<Record<string, number>>;
  readonly tied: boolean;
} {
  let tied = false;
  const counts: Record<string, number> = {};
  const add = (name: string, n = 1) => (counts[name] = (counts[name] ?? 0) + n);
  let alive = rows.filter(({ fate }) => fate === null).map((each) => ({ ...each }));
  add('rejected:invalid_value', rows.length - alive.length);
  const later = rules.filter(({ kind }) => kind !== 'note' && kind !== 'orphan' && kind !== 'orphan_reference');
  for (const rule of rules) {
    if (rule.kind === 'note') add('adjusted:unknown_status', alive.filter(({ a }) => a === 1).length);
    if (rule.kind === 'orphan') {
      const there = alive.filter(({ a }) => a === null || parents['p']!.includes(a));
      add('rejected:orphan', alive.length - there.length);
      alive = there;
    }
    if (rule.kind === 'orphan_reference') {
      for (const each of alive) {
        if (each.b === null || parents['q']!.includes(each.b)) continue;
        each.b = null;
        add('adjusted:orphan_reference');
      }
    }
    if (rule.kind === 'duplicate_key') {
      const ties = rule !== later.at(-1);
      const kept: typeof alive = [];
      for (const group of grouped(alive, (each) => rule.columns.map((column) => each[column as 'a']))) {
        const [first, second] = [...group].sort((one, other) => (other.at ?? -1) - (one.at ?? -1) || one.id - other.id);
        if (ties && second !== undefined && first!.at === second.at && first!.id === second.id) tied = true;
        kept.push(first!);
        add('rejected:duplicate_key', group.length - 1);
      }
      alive = [...kept, ...alive.filter((each) => rule.columns.some((column) => each[column as 'a'] === null))];
    }
    if (rule.kind === 'rename_twin')
      add(
        'adjusted:name_twin',
        surplus(alive, ({ name }) => name?.toLowerCase() ?? null),
      );
    if (rule.kind === 'clear_twin')
      add(
        'adjusted:primary_twin',
        surplus(
          alive.filter(({ flagged }) => flagged),
          ({ a }) => a,
        ),
      );
  }
  return { counts, tied };
}

/** Groups of rows whose keys are alike and hold no null. */
function grouped<T>(rows: readonly T[], keyOf: (row: T) => readonly unknown[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const each of rows) {
    const key = keyOf(each);
    if (key.includes(null)) continue;
    groups.set(key.join(), [...(groups.get(key.join()) ?? []), each]);
  }
  return [...groups.values()];
}

const surplus = <T>(rows: readonly T[], keyOf: (row: T) => unknown) =>
  grouped(rows, (each) => [keyOf(each)]).reduce((sum, group) => sum + group.length - 1, 0);
