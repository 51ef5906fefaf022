import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CatalogTable } from '../../src/schema/catalog.ts';
import { compareCatalogs } from '../../src/schema/difference.ts';
import { findRevision } from '../../src/schema/find-revision.ts';
import type { AppliedRevision } from '../../src/schema/history.ts';
import { lostBetween } from '../../src/schema/losses.ts';
import { offlineSql } from '../../src/schema/offline-sql.ts';
import { planDown, planUp, stepsBetween, type Step } from '../../src/schema/plan-change.ts';
import { bareSql } from '../../src/schema/revision-sql.ts';
import { labelOf, type Revision } from '../../src/schema/revisions.ts';

const revision = (number: number): Revision => {
  const id = String(number).padStart(4, '0');
  return {
    revision: id,
    name: `step_${number}`,
    up: `up ${id}`,
    down: `down ${id}`,
    checksum: `c${id}`,
    upChecksum: `u${id}`,
    transactional: true,
  };
};
const rowOf = ({ revision: id, name, checksum }: Revision): AppliedRevision => ({
  revision: id,
  name,
  checksum,
  appliedAt: '2026-01-31T10:00:00Z',
  seconds: 1,
});
const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 1, maxLength: 8 }).map((all) => all.sort((a, b) => a - b));
/** Revisions, how many of them are applied, and how many shall be. */
const change = numbers.chain((all) =>
  fc.record({ revisions: fc.constant(all.map(revision)), from: fc.nat(all.length), to: fc.nat(all.length) }),
);
const idsOf = (steps: readonly Step[]) => steps.map((step) => `${step.direction} ${step.revision.revision}`);

describe('a plan of a change', () => {
  test('goes from what is applied to what is wanted, in order, each step once, and the SQL without a database is the same', () => {
    fc.assert(
      fc.property(change, ({ revisions, from, to }) => {
        const history = revisions.slice(0, from).map(rowOf);
        const id = (count: number) => revisions[count - 1]?.revision ?? null;
        const wanted =
          to >= from
            ? revisions.slice(from, to).map((one) => `up ${one.revision}`)
            : revisions
                .slice(to, from)
                .toReversed()
                .map((one) => `down ${one.revision}`);
        const between = stepsBetween(revisions, id(from), id(to));
        expect(idsOf(between)).toEqual(wanted);
        if (to >= from && to > 0) expect(planUp(revisions, id(to), history)).toEqual(between);
        if (to <= from) expect(planDown(revisions, id(to) ?? '0', history)).toEqual(between);
        const texts = [...offlineSql('identity', between, id(from)).matchAll(/^(up|down) (\d{4})$/gm)].map(([text]) => text);
        expect(texts).toEqual(wanted);
      }),
    );
  });

  test('in the wrong direction is refused, with the list', () => {
    fc.assert(
      fc.property(change, ({ revisions, from, to }) => {
        fc.pre(to > 0 && to !== from);
        const history = revisions.slice(0, from).map(rowOf);
        const plan = () => (to < from ? planUp : planDown)(revisions, revisions[to - 1]!.revision, history);
        expect(plan).toThrow(
          expect.objectContaining({ type: 'InvalidInput', message: expect.stringContaining(labelOf(revisions[to - 1]!)) }),
        );
      }),
    );
  });
});

describe('a revision', () => {
  test('is found by number, name and both; a beginning only finds the one that it fits', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), fc.nat({ max: 12 }), (all, at, length) => {
        const revisions = all.map(revision);
        const one = revisions[at % revisions.length]!;
        for (const text of [one.revision, String(Number(one.revision)), one.name, labelOf(one)])
          expect(findRevision(revisions, text)).toBe(one);
        const beginning = labelOf(one).slice(0, Math.max(length, 6));
        expect(findRevision(revisions, beginning)).toBe(one);
      }),
    );
  });
});

describe('a text of SQL', () => {
  test('that is a comment, a literal, a quoted name or a body says nothing', () => {
    const inner = fc.string().map((text) => text.replace(/['"$*/\\\n-]/g, ''));
    const hidden = inner.chain((text) =>
      fc.constantFrom(
        `'${text}; COMMIT'`,
        `"${text}; COMMIT"`,
        `$$${text}; COMMIT;$$`,
        `$x$ ; COMMIT ${text} $x$`,
        `/*; COMMIT ${text}*/`,
        `-- ; COMMIT ${text}\n`,
      ),
    );
    fc.assert(
      fc.property(fc.array(hidden), (parts) => {
        expect(bareSql(`SELECT ${parts.join(' , ')}`)).not.toContain('COMMIT');
        expect(bareSql(`SELECT ${parts.join(' , ')} ; COMMIT`)).toMatch(/; COMMIT$/);
      }),
    );
  });
});

describe('catalogs', () => {
  const column = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    type: fc.constantFrom('text', 'bigint'),
    collation: fc.constantFrom(null, 'C'),
    nullable: fc.boolean(),
    default: fc.constantFrom(null, 'now()'),
    generated: fc.constant(null),
    identity: fc.constantFrom(null, 'always' as const),
  });
  const defined = fc.record({ name: fc.constantFrom('x', 'y'), definition: fc.constantFrom('one', 'two'), valid: fc.boolean() });
  const catalog: fc.Arbitrary<CatalogTable[]> = fc.uniqueArray(
    fc.record({
      table: fc.constantFrom('t', 'u', 'v'),
      columns: fc.uniqueArray(column, { selector: ({ name }) => name }),
      constraints: fc.constant([]),
      indexes: fc.uniqueArray(defined, { selector: ({ name }) => name }),
    }),
    { selector: ({ table }) => table },
  );

  test('that are equal have no difference; of two that differ, each difference is the other way round from the other side', () => {
    fc.assert(
      fc.property(catalog, catalog, (a, b) => {
        expect(compareCatalogs(a, structuredClone(a).toReversed())).toEqual([]);
        const turned = compareCatalogs(b, a).map(({ object, kind, expected, found }) => ({
          object,
          kind,
          expected: found,
          found: expected,
        }));
        expect(compareCatalogs(a, b)).toEqual(turned);
      }),
    );
  });

  test('lose what the second one lacks', () => {
    fc.assert(
      fc.property(catalog, catalog, (a, b) => {
        const missing = compareCatalogs(a, b).filter(({ kind, found }) => (kind === 'table' || kind === 'column') && found === null);
        const lost = lostBetween(a, b).flatMap(({ table, columns }) => columns?.map((name) => `${table}.${name}`) ?? [table]);
        expect(lost.sort()).toEqual(missing.map(({ object }) => object).sort());
      }),
    );
  });
});
